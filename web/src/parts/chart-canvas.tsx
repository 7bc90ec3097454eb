import { useComputedColorScheme } from '@mantine/core';
import type { EChartsOption } from 'echarts';
import { BarChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import { type RefObject, useEffect, useRef } from 'react';

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  ParallelChart,
  ScatterChart,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
  SVGRenderer,
]);

/** As ECharts tells of a brush along a parallel axis. */
interface Brushed {
  parallelAxisId: string;
  intervals: [number, number][];
}

export type Saver = (kind: 'png' | 'svg', name: string) => void;

export default function ChartCanvas({
  option,
  height,
  description,
  saver,
  onPick,
  onBrush,
  together,
}: {
  option: EChartsOption;
  height: number;
  description: string;
  saver: RefObject<Saver | null>;
  onPick?: (dataIndex: number, seriesIndex: number) => void;
  onBrush?: (axisId: string, ranges: readonly [number, number][]) => void;
  together?: string;
}) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(null);
  const scheme = useComputedColorScheme('light');
  const heard = useRef({ onPick, onBrush });
  heard.current = { onPick, onBrush };

  useEffect(() => {
    const made = echarts.init(element.current, scheme === 'dark' ? 'dark' : undefined);
    made.on('click', ({ dataIndex, seriesIndex }) =>
      heard.current.onPick?.(dataIndex, seriesIndex ?? 0),
    );
    made.on('axisareaselected', (event) => {
      const { parallelAxisId, intervals } = event as unknown as Brushed;
      heard.current.onBrush?.(parallelAxisId, intervals);
    });
    chart.current = made;
    if (together !== undefined) {
      made.group = together;
      echarts.connect(together);
    }
    const { current: place } = element;
    const observer = new ResizeObserver(() => {
      // It also says at once how large the place is, as which the chart was made: that is nothing to draw it anew for.
      if (place!.clientWidth !== made.getWidth() || place!.clientHeight !== made.getHeight())
        made.resize();
    });
    observer.observe(place!);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, [scheme, together]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart made anew for other colours has nothing yet
  useEffect(() => {
    // What somebody has zoomed into stays as it is when figures are added.
    chart.current?.setOption(
      { animation: false, backgroundColor: 'transparent', ...withDrawnTooltip(option) },
      { replaceMerge: ['series'] },
    );
  }, [option, scheme]);

  useEffect(() => {
    saver.current = (kind, name) => {
      const address = kind === 'png' ? asPng(chart.current!) : asSvg(option, element.current!);
      const link = document.createElement('a');
      link.href = address;
      link.download = `${name}.${kind}`;
      link.click();
    };
  }, [option, saver]);

  return (
    <div ref={element} role="img" aria-label={description} style={{ height, width: '100%' }} />
  );
}

/** Drawn with the chart: as an element it would have styles in its text, which the page's policy refuses. */
function withDrawnTooltip(option: EChartsOption): EChartsOption {
  if (option.tooltip === undefined || Array.isArray(option.tooltip)) return option;
  return { ...option, tooltip: { ...option.tooltip, renderMode: 'richText' } };
}

function asPng(chart: echarts.ECharts): string {
  return chart.getDataURL({ pixelRatio: 2, backgroundColor: '#fff' });
}

function asSvg(option: EChartsOption, { clientWidth, clientHeight }: HTMLElement): string {
  const drawn = echarts.init(null, undefined, {
    renderer: 'svg',
    ssr: true,
    width: clientWidth,
    height: clientHeight,
  });
  drawn.setOption({ ...option, animation: false });
  const svg = drawn.renderToSVGString();
  drawn.dispose();
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}
