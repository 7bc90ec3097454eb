import type { EChartsOption } from 'echarts';

export function barOption(
  names: readonly string[],
  values: readonly number[],
  xName: string,
): EChartsOption {
  return {
    grid: { left: 56, right: 12, top: 12, bottom: 44 },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: { type: 'category', data: [...names], name: xName, nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'value' },
    series: [{ type: 'bar', data: [...values], itemStyle: { color: '#0072b2' } }],
  };
}
