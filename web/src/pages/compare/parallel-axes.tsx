import { Button, Group, Text } from '@mantine/core';
import type { EChartsOption } from 'echarts';
import { useMemo, useState } from 'react';
import type { ComparedRun } from '../../api/compared-runs.ts';
import { Chart } from '../../parts/chart.tsx';
import type { LineLook } from '../../parts/run-colour.ts';
import { useAddress } from '../../parts/use-address.ts';
import { settingRows } from './rows.ts';

/** More axes cannot be told apart. */
const MOST_AXES = 8;

interface Axis {
  name: string;
  /** Of words: all that there are, once. */
  words?: readonly string[];
  /** By run, of words their places; NaN where a run has none. */
  values: readonly number[];
}

/**
 * A line for each run through the settings in which the runs differ, to its mAP. Dragging along an axis marks runs, which can
 * then be compared alone. Other runs need a chart of their own: its axes and what is marked on them would stay.
 */
export function ParallelAxes({
  runs,
  looks,
}: {
  runs: readonly ComparedRun[];
  looks: ReadonlyMap<string, LineLook>;
}) {
  const address = useAddress();
  const axes = useMemo(() => axesOf(runs), [runs]);
  const option = useMemo(() => parallelOption(axes, runs, looks), [axes, runs, looks]);
  const [marked, setMarked] = useState<Record<string, readonly [number, number][]>>({});
  // A chart made anew has nothing marked.
  const [turn, setTurn] = useState(0);
  const brushed = axes.filter(({ name }) => (marked[name]?.length ?? 0) > 0);
  const chosen = runs.filter((_, at) =>
    brushed.every(({ name, values }) =>
      marked[name]!.some(([low, high]) => values[at]! >= low && values[at]! <= high),
    ),
  );
  return (
    <div>
      <Chart
        key={turn}
        title="Settings that differ, and mAP on validation"
        description="A line for each run through the settings in which they differ; the same stands in the first table"
        option={option}
        height={320}
        onBrush={(axis, ranges) => setMarked((before) => ({ ...before, [axis]: ranges }))}
      />
      <Group gap="sm" mih={30}>
        <Text size="sm" c="dimmed" role="status">
          {brushed.length === 0
            ? 'Drag along an axis to mark runs.'
            : `Marked: ${chosen.length} of ${runs.length} runs${chosen.length > 0 ? ':' : '.'} ${chosen.map(({ name }) => name).join(', ')}`}
        </Text>
        {brushed.length > 0 && chosen.length > 0 && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => address.set({ runs: chosen.map(({ id }) => id) })}
          >
            Compare these alone
          </Button>
        )}
        {brushed.length > 0 && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              setMarked({});
              setTurn(turn + 1);
            }}
          >
            Mark none
          </Button>
        )}
      </Group>
    </div>
  );
}

function axesOf(runs: readonly ComparedRun[]): Axis[] {
  // An option that only some kinds have says no more than the kind does.
  const rows = settingRows(runs, true)
    .filter(({ cells }) => !cells.includes('–'))
    .slice(0, MOST_AXES);
  const settings = rows.map(({ name, cells }): Axis => {
    const areNumbers = cells.every((cell) => cell !== '' && Number.isFinite(Number(cell)));
    if (areNumbers) return { name, values: cells.map(Number) };
    const words = [...new Set(cells)];
    return { name, words, values: cells.map((cell) => words.indexOf(cell)) };
  });
  const scores = runs.map(({ best }) => best?.meanAveragePrecision ?? Number.NaN);
  return [...settings, { name: 'mAP', values: scores }];
}

function parallelOption(
  axes: readonly Axis[],
  runs: readonly ComparedRun[],
  looks: ReadonlyMap<string, LineLook>,
): EChartsOption {
  return {
    parallel: { left: 40, right: 60, top: 36, bottom: 24 },
    parallelAxis: axes.map(({ name, words }, dim) => ({
      id: name,
      dim,
      name,
      ...(words ? { type: 'category' as const, data: [...words] } : { scale: true }),
    })),
    series: runs.map((run, at) => ({
      type: 'parallel' as const,
      name: run.name,
      lineStyle: {
        width: 2.5,
        opacity: 0.9,
        color: looks.get(run.id)?.colour,
        type: looks.get(run.id)?.dash,
      },
      data: [axes.map(({ values }) => values[at]!)],
    })),
  };
}
