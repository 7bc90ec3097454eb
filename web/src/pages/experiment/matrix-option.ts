import type { EChartsOption } from 'echarts';
import { words } from '../../parts/format.ts';
import type { CellReport } from './report.tsx';

export interface Matrix {
  heads: string[];
  fusions: string[];
  /** Head, fusion, mean of the cells' mAP, how many cells. */
  cells: { head: number; fusion: number; mean: number; numCells: number }[];
}

export function matrixOf(cells: readonly CellReport[]): Matrix {
  const heads = [...new Set(cells.map(({ config }) => config.head.kind as string))];
  const fusions = [...new Set(cells.map(({ config }) => config.fusion.kind as string))];
  const found = heads.flatMap((kind, head) =>
    fusions.flatMap((other, fusion) => {
      const values = cells.flatMap(({ config, meanAveragePrecision }) =>
        config.head.kind === kind && config.fusion.kind === other && meanAveragePrecision
          ? [meanAveragePrecision.mean]
          : [],
      );
      if (values.length === 0) return [];
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [{ head, fusion, mean, numCells: values.length }];
    }),
  );
  return { heads: heads.map(words), fusions: fusions.map(words), cells: found };
}

export function matrixOption({ heads, fusions, cells }: Matrix): EChartsOption {
  const means = cells.map(({ mean }) => mean);
  return {
    grid: { left: 120, right: 20, top: 10, bottom: 90 },
    tooltip: {
      confine: true,
      formatter: (found) => {
        const cell = cells[(found as { dataIndex: number }).dataIndex]!;
        return `${heads[cell.head]}, ${fusions[cell.fusion]}: ${cell.mean.toFixed(4)} over ${cell.numCells} cells`;
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
      min: Math.min(...means),
      max: Math.max(...means),
      inRange: { color: ['#fff7dc', '#f6b26b', '#d55e00', '#5b1a18'] },
    },
    series: [
      {
        type: 'heatmap',
        data: cells.map(({ head, fusion, mean }) => [fusion, head, mean]),
        label: {
          show: true,
          formatter: (found) => (found.value as number[])[2]!.toFixed(3),
          textBorderColor: '#fff',
          textBorderWidth: 2,
          color: '#222',
        },
      },
    ],
  };
}
