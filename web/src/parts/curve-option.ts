import type { EChartsOption, LineSeriesOption } from 'echarts';

export interface Curve {
  name: string;
  points: readonly (readonly [number, number])[];
  colour: string;
  dash?: 'solid' | 'dashed' | 'dotted';
  /** Where a vertical line stands, such as at the best epoch. */
  markAt?: number | null;
}

/**
 * Lines over epochs or seconds.
 * @param smoothing the share that the mean so far has in the next point, from 0 (none) to below 1; the raw line stays, faint
 */
export function curveOption(
  curves: readonly Curve[],
  options: {
    xName: string;
    isLog?: boolean;
    /** x is milliseconds since 1970 */
    isClock?: boolean;
    smoothing?: number;
  },
): EChartsOption {
  const smoothing = options.smoothing ?? 0;
  const series = curves.flatMap((curve): LineSeriesOption[] => {
    const line: LineSeriesOption = {
      type: 'line',
      name: curve.name,
      data: smooth(curve.points, smoothing) as [number, number][],
      showSymbol: curve.points.length < 2,
      lineStyle: { color: curve.colour, type: curve.dash ?? 'solid', width: 2 },
      itemStyle: { color: curve.colour },
      emphasis: { focus: 'series' },
      ...(curve.markAt != null && {
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: curve.colour, type: 'dashed', opacity: 0.6 },
          data: [{ xAxis: curve.markAt }],
        },
      }),
    };
    if (smoothing === 0) return [line];
    const raw: LineSeriesOption = {
      type: 'line',
      data: curve.points as [number, number][],
      showSymbol: false,
      silent: true,
      tooltip: { show: false },
      lineStyle: { color: curve.colour, width: 1, opacity: 0.25 },
    };
    return [raw, line];
  });
  return {
    grid: { left: 52, right: 16, top: 16, bottom: 64 },
    legend: { bottom: 0, type: 'scroll', data: curves.map((curve) => curve.name) },
    tooltip: {
      trigger: 'axis',
      confine: true,
      valueFormatter: (value) => (typeof value === 'number' ? value.toFixed(4) : '–'),
    },
    xAxis: {
      type: options.isClock ? 'time' : 'value',
      name: options.xName,
      nameLocation: 'middle',
      nameGap: 24,
      ...(!options.isClock && { minInterval: 1, axisPointer: { label: { precision: 0 } } }),
      min: 'dataMin',
      max: 'dataMax',
    },
    yAxis: {
      type: options.isLog ? 'log' : 'value',
      scale: true,
    },
    series,
  };
}

/** The exponential mean, started at the first point. */
function smooth(points: Curve['points'], share: number): Curve['points'] {
  if (share === 0) return points;
  let mean = points[0]?.[1] ?? 0;
  return points.map(([x, y]) => {
    mean = share * mean + (1 - share) * y;
    return [x, mean] as const;
  });
}
