import type { EChartsOption } from 'echarts';
import type { Reliability } from './label-table.tsx';
import type { Cut } from './threshold-choice.tsx';

const GRID = { left: 44, right: 16, top: 12, bottom: 40 };

function share(name: string) {
  return { type: 'value', min: 0, max: 1, name, nameLocation: 'middle', nameGap: 26 } as const;
}

/** @param chosen the cut that stands out */
export function precisionRecallOption(cuts: readonly Cut[], chosen: Cut): EChartsOption {
  const value = (cut: Cut) => [cut.recall ?? 0, cut.precision, cut.threshold];
  return {
    grid: GRID,
    tooltip: {
      confine: true,
      trigger: 'axis',
      formatter: (found) => {
        const [first] = found as unknown as { value: number[] }[];
        const [recall, precision, threshold] = first!.value;
        return `from ${threshold!.toFixed(3)}: precision ${precision!.toFixed(3)}, recall ${recall!.toFixed(3)}`;
      },
    },
    xAxis: share('Recall'),
    yAxis: share('Precision'),
    series: [
      {
        type: 'line',
        data: cuts.map(value),
        showSymbol: false,
        itemStyle: { color: '#0072b2' },
        lineStyle: { color: '#0072b2' },
      },
      {
        type: 'scatter',
        data: [value(chosen)],
        symbolSize: 13,
        silent: true,
        tooltip: { show: false },
        itemStyle: { color: '#d55e00' },
      },
    ],
  };
}

export function calibrationOption(bins: Reliability['bins']): EChartsOption {
  return {
    grid: GRID,
    tooltip: {
      confine: true,
      formatter: (found) => {
        const [prob, positives, count] = (found as { value: number[] }).value;
        return `${count} samples: mean score ${prob!.toFixed(3)}, positives ${positives!.toFixed(3)}`;
      },
    },
    xAxis: share('Mean score'),
    yAxis: share('Positives'),
    series: [
      {
        type: 'line',
        data: [
          [0, 0],
          [1, 1],
        ],
        showSymbol: false,
        silent: true,
        lineStyle: { color: '#6a7b8c', type: 'dashed', width: 1 },
      },
      {
        type: 'line',
        data: bins.flatMap((bin) =>
          bin.meanProb === null || bin.positiveShare === null
            ? []
            : [[bin.meanProb, bin.positiveShare, bin.count]],
        ),
        symbolSize: 8,
        itemStyle: { color: '#009e73' },
        lineStyle: { color: '#009e73' },
      },
    ],
  };
}
