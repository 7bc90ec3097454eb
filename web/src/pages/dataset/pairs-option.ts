import type { EChartsOption } from 'echarts';
import type { Pair } from './label-pairs.tsx';

type Label = Pair['a'];

export interface PairCell {
  row: Label;
  column: Label;
  count: number;
  columnGivenRow: number;
  lift: number;
}

/** More cannot be read beside each other. */
const MOST_LABELS = 40;

/** Both halves of the square, for the labels of the most frequent pairs. */
export function pairsShown(pairs: readonly Pair[]): { labels: Label[]; cells: PairCell[] } {
  const labels = new Map<string, Label>();
  for (const { a, b } of pairs) {
    for (const label of [a, b]) if (labels.size < MOST_LABELS) labels.set(label.key, label);
  }
  const cells = pairs
    .filter(({ a, b }) => labels.has(a.key) && labels.has(b.key))
    .flatMap(({ a, b, count, aGivenB, bGivenA, lift }) => [
      { row: a, column: b, count, lift, columnGivenRow: bGivenA },
      { row: b, column: a, count, lift, columnGivenRow: aGivenB },
    ]);
  return { labels: [...labels.values()].sort((x, y) => x.index - y.index), cells };
}

export function pairsOption(
  labels: readonly Label[],
  cells: readonly PairCell[],
  measure: string,
): EChartsOption {
  const at = new Map(labels.map(({ key }, index) => [key, index]));
  const value = (cell: PairCell) =>
    measure === 'count'
      ? cell.count
      : measure === 'lift'
        ? Math.log2(cell.lift)
        : cell.columnGivenRow;
  const values = cells.map(value);
  const most = Math.max(...values.map(Math.abs));
  const names = labels.map(({ name }) => name);
  return {
    grid: { left: 120, right: 16, top: 8, bottom: 110 },
    tooltip: {
      confine: true,
      formatter: (found) => {
        const cell = cells[(found as { dataIndex: number }).dataIndex]!;
        return `${cell.row.name} and ${cell.column.name}: ${cell.count} samples\n${(100 * cell.columnGivenRow).toFixed(1)} % of those with ${cell.row.name}\nlift ${cell.lift.toFixed(2)}`;
      },
    },
    xAxis: { type: 'category', data: names, axisLabel: { rotate: 60, interval: 0 } },
    yAxis: { type: 'category', data: names, inverse: true, axisLabel: { interval: 0 } },
    visualMap: {
      type: 'continuous',
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      calculable: true,
      precision: measure === 'count' ? 0 : 2,
      min: measure === 'lift' ? -most : 0,
      max: most,
      inRange: {
        color:
          measure === 'lift'
            ? ['#0072b2', '#f7f7f7', '#d55e00']
            : ['#fff7dc', '#f6b26b', '#d55e00', '#5b1a18'],
      },
    },
    series: [
      {
        type: 'heatmap',
        data: cells.map((cell, index) => [
          at.get(cell.column.key)!,
          at.get(cell.row.key)!,
          values[index]!,
        ]),
      },
    ],
  };
}
