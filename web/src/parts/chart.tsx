import { Button, Group, Skeleton, Text } from '@mantine/core';
import type { EChartsOption } from 'echarts';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { Saver } from './chart-canvas.tsx';
import { useChartCanvas } from './chart-library.ts';
import { whenIdle } from './when-idle.ts';

/** A chart of a fixed height, so that nothing moves when it arrives. */
export function Chart({
  title,
  description,
  option,
  height = 300,
  onPick,
  onBrush,
  together,
}: {
  title: string;
  /** For those who do not see it: what it shows, and where the same stands as a table. */
  description: string;
  option: EChartsOption;
  height?: number;
  onPick?: (dataIndex: number, seriesIndex: number) => void;
  /** What was marked along a parallel axis, by the axis's id: ranges of its values, of categories their places. */
  onBrush?: (axisId: string, ranges: readonly [number, number][]) => void;
  /** Charts with the same word here show the pointer of one in all. */
  together?: string;
}) {
  const saver = useRef<Saver>(null);
  const Canvas = useChartCanvas();
  const figure = useRef<HTMLElement>(null);
  const isDue = useDue(figure);
  return (
    <figure ref={figure} style={{ margin: 0 }}>
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
      {Canvas === null || !isDue ? (
        <Skeleton h={height} />
      ) : (
        <Canvas {...{ option, height, description, saver, onPick, onBrush, together }} />
      )}
    </figure>
  );
}

/** At once on the screen, and below it when nothing else is to be done. */
function useDue(element: RefObject<HTMLElement | null>): boolean {
  const [isDue, setIsDue] = useState(false);
  useLayoutEffect(() => {
    const { top } = element.current!.getBoundingClientRect();
    if (top < innerHeight) return setIsDue(true);
    return whenIdle(() => setIsDue(true));
  }, [element]);
  return isDue;
}
