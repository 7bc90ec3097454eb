import { Button, Group, Skeleton, Text } from '@mantine/core';
import type { EChartsOption } from 'echarts';
import { lazy, Suspense, useRef } from 'react';
import type { Saver } from './chart-canvas.tsx';

// The library for charts is large: it comes when the first one is shown.
const ChartCanvas = lazy(() => import('./chart-canvas.tsx'));

/** A chart of a fixed height, so that nothing moves when it arrives. */
export function Chart({
  title,
  description,
  option,
  height = 300,
  onPick,
  together,
}: {
  title: string;
  /** For those who do not see it: what it shows, and where the same stands as a table. */
  description: string;
  option: EChartsOption;
  height?: number;
  onPick?: (dataIndex: number, seriesIndex: number) => void;
  /** Charts with the same word here show the pointer of one in all. */
  together?: string;
}) {
  const saver = useRef<Saver>(null);
  return (
    <figure style={{ margin: 0 }}>
      <Group justify="space-between" wrap="nowrap">
        <Text component="figcaption" fw={600} size="sm">
          {title}
        </Text>
        <Group gap={2}>
          {(['png', 'svg'] as const).map((kind) => (
            <Button
              key={kind}
              variant="subtle"
              color="gray"
              size="compact-xs"
              c="dimmed"
              onClick={() => saver.current?.(kind, title)}
              aria-label={`Save the chart ${title} as ${kind.toUpperCase()}`}
            >
              {kind.toUpperCase()}
            </Button>
          ))}
        </Group>
      </Group>
      <Suspense fallback={<Skeleton h={height} />}>
        <ChartCanvas {...{ option, height, description, saver, onPick, together }} />
      </Suspense>
    </figure>
  );
}
