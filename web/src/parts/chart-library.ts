import { useEffect, useState } from 'react';
import type Canvas from './chart-canvas.tsx';

type ChartCanvas = typeof Canvas;

let loaded: ChartCanvas | null = null;

/** The library for charts is large: it comes with the first chart, or sooner for who asks. */
export async function loadChartCanvas(): Promise<ChartCanvas> {
  loaded ??= (await import('./chart-canvas.tsx')).default;
  return loaded;
}

/** Null until it is there. Not by lazy(), which would show what stands in for it for 300 ms at the least. */
export function useChartCanvas(): ChartCanvas | null {
  const [canvas, setCanvas] = useState(() => loaded);
  useEffect(() => {
    const show = (found: ChartCanvas) => setCanvas(() => found);
    const fail = (error: unknown) =>
      setCanvas(() => {
        throw error;
      });
    if (canvas === null) loadChartCanvas().then(show, fail);
  }, [canvas]);
  return canvas;
}
