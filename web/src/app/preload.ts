import { loadChartCanvas } from '../parts/chart-library.ts';
import { whenIdle } from '../parts/when-idle.ts';

/** What this page itself needs comes first. */
const AFTER_MS = 500;

/**
 * The library for charts and the pages that people open from a list, before they are asked for: the first one would otherwise
 * wait half a second for them, and for what the library does when it first draws.
 */
export function preload(): () => void {
  let stop = () => {};
  const timer = setTimeout(() => {
    stop = whenIdle(() => {
      // What cannot be fetched now is fetched when it is needed, and says then what is wrong.
      for (const part of [
        () => import('../pages/run/run-page.tsx'),
        () => import('../pages/compare/compare-page.tsx'),
        loadChartCanvas,
        async () => {
          const { drawUnseen } = await import('../parts/chart-warm-up.ts');
          whenIdle(drawUnseen);
        },
      ]) {
        part().catch(() => {});
      }
    });
  }, AFTER_MS);
  return () => {
    clearTimeout(timer);
    stop();
  };
}
