import { Group, SegmentedControl, Select, Slider, Stack, Switch, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ComparedRun } from '../../api/compared-runs.ts';
import { Chart } from '../../parts/chart.tsx';
import { curveOption } from '../../parts/curve-option.ts';
import type { LineLook } from '../../parts/run-colour.ts';
import { ThinnedNote } from '../../parts/thinned-note.tsx';
import { useAddress } from '../../parts/use-address.ts';

type Epoch = ComparedRun['history'][number];

const MEASURES: Record<string, { name: string; of: (epoch: Epoch) => number | null }> = {
  map: { name: 'mAP on validation', of: (each) => each.validation?.meanAveragePrecision ?? null },
  micro: { name: 'Micro-F1 on validation', of: (each) => each.validation?.microF1 ?? null },
  macro: { name: 'Macro-F1 on validation', of: (each) => each.validation?.macroF1 ?? null },
  samples: { name: 'Samples-F1 on validation', of: (each) => each.validation?.samplesF1 ?? null },
  train: { name: 'Training loss', of: (each) => each.trainLoss },
  loss: { name: 'Validation loss', of: (each) => each.validationLoss },
};

/** What the curves are drawn over. */
const AXES = {
  '': 'Epoch',
  time: 'Seconds of training',
  clock: 'Time of day',
} as const;
type Axis = keyof typeof AXES;

/** One measure of all runs, over epochs, over the time that they took, or over the time at which they went. */
export function OverlaidCurves({
  runs,
  looks,
}: {
  runs: readonly ComparedRun[];
  looks: ReadonlyMap<string, LineLook>;
}) {
  const address = useAddress();
  const measure = MEASURES[address.get('measure')] ?? MEASURES.map!;
  const axis = (Object.keys(AXES) as Axis[]).find((each) => each === address.get('x')) ?? '';
  const isLog = address.get('log') !== '';
  // The address follows when the slider is let go.
  const [smoothing, setSmoothing] = useState(Number(address.get('smooth') || 0));
  const option = useMemo(
    () =>
      curveOption(
        runs.map((run) => ({
          name: run.name,
          colour: looks.get(run.id)?.colour ?? '#6a7b8c',
          dash: looks.get(run.id)?.dash,
          points: points(run, measure.of, axis),
        })),
        {
          xName: AXES[axis],
          isLog,
          isClock: axis === 'clock',
          smoothing: smoothing / 100,
        },
      ),
    [runs, looks, measure, axis, isLog, smoothing],
  );
  return (
    <Stack gap="xs">
      <Group align="flex-end">
        <Select
          size="xs"
          label="Measure"
          data={Object.entries(MEASURES).map(([value, { name }]) => ({ value, label: name }))}
          value={address.get('measure') || 'map'}
          onChange={(value) => address.set({ measure: value ?? '' }, false)}
          allowDeselect={false}
        />
        <SegmentedControl
          size="xs"
          aria-label="Horizontal axis"
          data={[
            { value: '', label: 'Epochs' },
            { value: 'time', label: 'Time' },
            { value: 'clock', label: 'Clock' },
          ]}
          value={axis}
          onChange={(x) => address.set({ x }, false)}
        />
        <Switch
          size="xs"
          label="Logarithmic"
          checked={isLog}
          onChange={(event) =>
            address.set({ log: event.currentTarget.checked ? 'yes' : '' }, false)
          }
        />
        <div style={{ width: 160 }}>
          <Text size="xs">Smoothing {smoothing} %</Text>
          <Slider
            thumbLabel="Smoothing in per cent"
            size="sm"
            max={95}
            step={5}
            label={null}
            value={smoothing}
            onChange={setSmoothing}
            onChangeEnd={(value) =>
              address.set({ smooth: value === 0 ? '' : String(value) }, false)
            }
          />
        </div>
      </Group>
      <Chart
        title={measure.name}
        description={`${measure.name} of ${runs.map(({ name }) => name).join(', ')}; the figures stand in the table above`}
        option={option}
        height={360}
      />
      <ThinnedNote runs={runs.map(({ name, history }) => ({ name, epochs: history }))} />
    </Stack>
  );
}

function points(
  { history, startedAt }: ComparedRun,
  of: (epoch: Epoch) => number | null,
  axis: Axis,
): (readonly [number, number])[] {
  const start = startedAt === null ? 0 : Date.parse(startedAt);
  return history.flatMap((epoch) => {
    const seconds = epoch.elapsedSeconds;
    const value = of(epoch);
    const x = { '': epoch.epoch, time: seconds, clock: start + seconds * 1000 }[axis];
    return value === null ? [] : [[x, value] as const];
  });
}
