import type { EChartsOption } from 'echarts';
import { words } from './format.ts';

/** Something that has been measured of a head with a fusion. */
interface Measured {
  config: { head: { kind: string }; fusion: { kind: string } };
  value: number;
}

export interface Matrix {
  heads: string[];
  fusions: string[];
  /** The mean of what was measured of a head with a fusion, and of how many that is. */
  cells: { head: number; fusion: number; mean: number; count: number }[];
}

export function matrixOf(measured: readonly Measured[]): Matrix {
  const heads = [...new Set(measured.map(({ config }) => config.head.kind))];
  const fusions = [...new Set(measured.map(({ config }) => config.fusion.kind))];
  const cells = heads.flatMap((kind, head) =>
    fusions.flatMap((other, fusion) => {
      const values = measured.flatMap(({ config, value }) =>
        config.head.kind === kind && config.fusion.kind === other ? [value] : [],
      );
      if (values.length === 0) return [];
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [{ head, fusion, mean, count: values.length }];
    }),
  );
  return { heads: heads.map(words), fusions: fusions.map(words), cells };
}

/** From here on, between the lowest and the highest, a cell's luminance is below 0.18: white letters have more contrast. */
const DARK = 0.72;

/** @param what `cells` or `runs`: what was measured */
export function matrixOption(
  { heads, fusions, cells }: Matrix,
  what: 'cells' | 'runs',
): EChartsOption {
  const means = cells.map(({ mean }) => mean);
  const [min, max] = [Math.min(...means), Math.max(...means)];
  return {
    grid: { left: 120, right: 20, top: 10, bottom: 90 },
    tooltip: {
      confine: true,
      formatter: (found) => {
        const cell = cells[(found as { dataIndex: number }).dataIndex]!;
        return `${heads[cell.head]}, ${fusions[cell.fusion]}: ${cell.mean.toFixed(4)} over ${cell.count} ${what}`;
      },
    },
    xAxis: { type: 'category', data: fusions, axisLabel: { interval: 0, rotate: 20 } },
    yAxis: { type: 'category', data: heads, inverse: true },
    visualMap: {
      type: 'continuous',
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      precision: 3,
      min,
      max,
      inRange: { color: ['#fff7dc', '#f6b26b', '#d55e00', '#5b1a18'] },
    },
    series: [
      {
        type: 'heatmap',
        data: cells.map(({ head, fusion, mean }) => ({
          value: [fusion, head, mean],
          label: { color: (mean - min) / (max - min) > DARK ? '#fff' : '#000' },
        })),
        label: {
          show: true,
          formatter: (found) => (found.value as number[])[2]!.toFixed(3),
        },
      },
    ],
  };
}
