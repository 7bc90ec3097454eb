import { compile } from './compile.mjs';
import { generate } from './generate.mjs';
import { install } from './install.mjs';
import { links } from './links.mjs';
import { pages } from './pages.mjs';
import { withSetupLock } from './setup-lock.mjs';

const STEPS = [install, links, generate, compile, pages];

/**
 * Does what is not done yet; nothing else, and without a lock, where everything is.
 * @param dashboard false for what writes the schema that the dashboard is built from
 */
export async function setUp({ dashboard }) {
  const steps = dashboard ? STEPS : STEPS.filter((step) => step !== pages);
  if (steps.every((step) => step.isDone())) return;
  await withSetupLock(() => {
    for (const step of steps) {
      // Another process may have done it while this one waited.
      if (step.isDone()) continue;
      const start = performance.now();
      process.stderr.write(`clipwright: ${step.name} …`);
      step.run();
      process.stderr.write(` ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    }
  });
}
