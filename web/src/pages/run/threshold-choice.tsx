import { Group, Slider, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Chart } from '../../parts/chart.tsx';
import { count, metric } from '../../parts/format.ts';
import type { LabelFigures } from '../../parts/label-figures.tsx';
import { precisionRecallOption } from './label-charts.ts';
import type { LabelCurveQuery } from './run.generated.ts';

export type LabelCurve = NonNullable<NonNullable<LabelCurveQuery['run']>['labelCurve']>;
export type Cut = LabelCurve['cuts'][number];

/** What every other threshold would make of a label. */
export function ThresholdChoice({ row, curve }: { row: LabelFigures; curve: LabelCurve }) {
  const cuts = useMemo(() => [...curve.cuts].reverse(), [curve]);
  // From the lowest threshold up: the first at or above the run's own decides as that does.
  const own = cuts.findIndex(({ threshold }) => threshold >= row.threshold);
  const [at, setAt] = useState(own === -1 ? cuts.length - 1 : own);
  const now = cuts[at]!;
  const option = useMemo(() => precisionRecallOption(curve.cuts, now), [curve, now]);
  return (
    <Stack>
      <div>
        <Text size="sm" id="threshold-name" className="figures">
          Predicted from a score of {now.threshold.toFixed(4)} on: {count(now.predicted)} of{' '}
          {count(curve.numSamples)} samples
        </Text>
        <Slider
          aria-labelledby="threshold-name"
          thumbLabel={`Threshold for ${row.label.name}`}
          min={0}
          max={cuts.length - 1}
          value={at}
          onChange={setAt}
          label={null}
          my="xs"
        />
        <Group gap="lg" className="figures" role="status">
          <Text size="sm">Precision {metric(now.precision)}</Text>
          <Text size="sm">Recall {metric(now.recall)}</Text>
          <Text size="sm" fw={650}>
            F1 {metric(now.f1)}
          </Text>
        </Group>
        <Text size="xs" c="dimmed" mt={4}>
          The run predicts from {metric(row.threshold)} on, with F1 {metric(row.f1)}.
        </Text>
      </div>
      <Chart
        title="Precision over recall"
        description={`Precision over recall of ${row.label.name} at ${cuts.length} thresholds`}
        option={option}
        height={220}
      />
    </Stack>
  );
}
