import type { EChartsOption } from 'echarts';
import type { Reliability } from './label-table.tsx';
import type { ThresholdFigures } from './threshold-figures.ts';

const GRID = { left: 44, right: 16, top: 12, bottom: 40 };

function share(name: string) {
  return { type: 'value', min: 0, max: 1, name, nameLocation: 'middle', nameGap: 26 } as const;
}

/** @param chosen the index of the threshold that stands out */
export function precisionRecallOption(
  figures: readonly ThresholdFigures[],
  chosen: number,
): EChartsOption {
  const points = figures.flatMap((each, at) =>
    each.precision === null || each.recall === null
      ? []
      : [{ value: [each.recall, each.precision, each.threshold], at }],
  );
  return {
    grid: GRID,
    tooltip: {
      confine: true,
      formatter: (found) => {
        const [recall, precision, threshold] = (found as { value: number[] }).value;
        return `from ${threshold!.toFixed(3)}: precision ${precision!.toFixed(3)}, recall ${recall!.toFixed(3)}`;
      },
    },
    xAxis: share('Recall'),
    yAxis: share('Precision'),
    series: [
      {
        type: 'line',
        data: points.map(({ value, at }) => ({
          value,
          symbolSize: at === chosen ? 14 : 6,
          itemStyle: { color: at === chosen ? '#d55e00' : '#0072b2' },
        })),
        lineStyle: { color: '#0072b2' },
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
