import { Group, SegmentedControl, Select, Slider, Stack, Switch, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Chart } from '../../parts/chart.tsx';
import { curveOption } from '../../parts/curve-option.ts';
import type { LineLook } from '../../parts/run-colour.ts';
import { useAddress } from '../../parts/use-address.ts';
import type { ComparedRun } from './use-compared.ts';

type Epoch = ComparedRun['history'][number];

const MEASURES: Record<string, { name: string; of: (epoch: Epoch) => number | null }> = {
  map: { name: 'mAP on validation', of: (each) => each.validation?.meanAveragePrecision ?? null },
  micro: { name: 'Micro-F1 on validation', of: (each) => each.validation?.microF1 ?? null },
  macro: { name: 'Macro-F1 on validation', of: (each) => each.validation?.macroF1 ?? null },
  samples: { name: 'Samples-F1 on validation', of: (each) => each.validation?.samplesF1 ?? null },
  train: { name: 'Training loss', of: (each) => each.trainLoss },
  loss: { name: 'Validation loss', of: (each) => each.validationLoss },
};

/** One measure of all runs, over epochs or over the time that they took. */
export function OverlaidCurves({
  runs,
  looks,
}: {
  runs: readonly ComparedRun[];
  looks: ReadonlyMap<string, LineLook>;
}) {
  const address = useAddress();
  const measure = MEASURES[address.get('measure')] ?? MEASURES.map!;
  const isTime = address.get('x') === 'time';
  const isLog = address.get('log') !== '';
  const smoothing = Number(address.get('smooth') || 0);
  const option = useMemo(
    () =>
      curveOption(
        runs.map((run) => ({
          name: run.name,
          colour: looks.get(run.id)?.colour ?? '#6a7b8c',
          dash: looks.get(run.id)?.dash,
          points: points(run.history, measure.of, isTime),
        })),
        { xName: isTime ? 'Seconds of training' : 'Epoch', isLog, smoothing: smoothing / 100 },
      ),
    [runs, looks, measure, isTime, isLog, smoothing],
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
          ]}
          value={isTime ? 'time' : ''}
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
            onChange={(value) => address.set({ smooth: value === 0 ? '' : String(value) }, false)}
          />
        </div>
      </Group>
      <Chart
        title={measure.name}
        description={`${measure.name} of ${runs.map(({ name }) => name).join(', ')}; the figures stand in the table above`}
        option={option}
        height={360}
      />
    </Stack>
  );
}

function points(history: readonly Epoch[], of: (epoch: Epoch) => number | null, isTime: boolean) {
  let seconds = 0;
  return history.flatMap((epoch): (readonly [number, number])[] => {
    seconds += epoch.seconds;
    const value = of(epoch);
    return value === null ? [] : [[isTime ? seconds : epoch.epoch, value]];
  });
}
