import * as echarts from 'echarts/core';
// Says which parts of the library there are.
import './chart-canvas.tsx';
import { curveOption } from './curve-option.ts';

const POINTS = Array.from({ length: 100 }, (_, x) => [x, Math.sin(x)] as const);
const CURVES = ['#0072b2', '#d55e00'].map((colour) => ({
  name: colour,
  points: POINTS,
  colour,
  markAt: 50,
}));

/**
 * Draws curves that nobody sees. What runs for the first time is compiled first: whoever opens a chart before that waits
 * twice as long for it as later.
 */
export function drawUnseen(): void {
  const chart = echarts.init(document.createElement('div'), undefined, { width: 600, height: 300 });
  chart.setOption({ animation: false, ...curveOption(CURVES, { xName: 'Epoch' }) });
  chart.dispose();
}
