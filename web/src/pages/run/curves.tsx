import { SimpleGrid, Stack } from '@mantine/core';
import { useMemo } from 'react';
import { Chart } from '../../parts/chart.tsx';
import { type Curve, curveOption } from '../../parts/curve-option.ts';
import { epochsAfter } from '../../parts/epochs.ts';
import { ThinnedNote } from '../../parts/thinned-note.tsx';
import type { RunEventsSubscription } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';

type Epoch = RunDetails['history'][number];
export type ToldEpoch = NonNullable<RunEventsSubscription['runEvents']['epoch']>;

/** @param told by events since the history was read */
export function Curves({ run, told }: { run: RunDetails; told: readonly ToldEpoch[] }) {
  const epochs = useMemo(
    () => [...run.history, ...epochsAfter(run.history, told)],
    [run.history, told],
  );
  const { bestEpoch } = run;
  const [losses, metrics] = useMemo(() => {
    const curve = (
      name: string,
      colour: string,
      value: (epoch: Epoch) => number | null,
    ): Curve => ({
      name,
      colour,
      points: epochs.flatMap((epoch) => {
        const y = value(epoch);
        return y === null ? [] : [[epoch.epoch, y] as const];
      }),
    });
    return [
      curveOption(
        [
          { ...curve('Training', '#0072b2', (epoch) => epoch.trainLoss), markAt: bestEpoch },
          curve('Validation', '#d55e00', (epoch) => epoch.validationLoss),
        ],
        { xName: 'Epoch' },
      ),
      curveOption(
        [
          {
            ...curve(
              'mAP',
              '#009e73',
              ({ validation }) => validation?.meanAveragePrecision ?? null,
            ),
            markAt: bestEpoch,
          },
          curve('Micro-F1', '#0072b2', ({ validation }) => validation?.microF1 ?? null),
          curve('Macro-F1', '#cc79a7', ({ validation }) => validation?.macroF1 ?? null),
          curve('Samples-F1', '#e69f00', ({ validation }) => validation?.samplesF1 ?? null),
        ],
        { xName: 'Epoch' },
      ),
    ];
  }, [epochs, bestEpoch]);
  const last = epochs.at(-1);
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Chart
          title="Loss"
          description={`Loss over ${last?.epoch ?? 0} epochs; the last one: training ${last?.trainLoss.toFixed(4) ?? 'none yet'}, validation ${last?.validationLoss?.toFixed(4) ?? 'none'}`}
          option={losses}
          together={run.id}
        />
        <Chart
          title="Validation, thresholds at 0.5"
          description={`Metrics over ${last?.epoch ?? 0} epochs; the last mAP: ${last?.validation?.meanAveragePrecision?.toFixed(4) ?? 'none yet'}`}
          option={metrics}
          together={run.id}
        />
      </SimpleGrid>
      <ThinnedNote runs={[{ epochs }]} />
    </Stack>
  );
}
