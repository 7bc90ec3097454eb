import { Anchor, Card, Group, Slider, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { Chart } from '../../parts/chart.tsx';
import { metric } from '../../parts/format.ts';
import { calibrationOption, precisionRecallOption } from './label-charts.ts';
import type { Reliability } from './label-table.tsx';
import type { RunLabelsQuery } from './run.generated.ts';
import { figuresAtEdges } from './threshold-figures.ts';

type Row = NonNullable<RunLabelsQuery['run']>['labelMetrics'][number];

/** What another threshold would make of a label, its precision over recall, and whether its scores are frequencies. */
export function LabelPanel({
  row,
  reliability,
}: {
  row: Row;
  reliability: Reliability | undefined;
}) {
  const bins = reliability?.bins;
  const figures = useMemo(() => figuresAtEdges(bins ?? []), [bins]);
  const nearest = figures.reduce(
    (best, { threshold }, at) =>
      Math.abs(threshold - row.threshold) <
      Math.abs((figures[best]?.threshold ?? 9) - row.threshold)
        ? at
        : best,
    0,
  );
  const [at, setAt] = useState(nearest);
  const now = figures[at];
  const charts = useMemo(
    () => ({
      recall: precisionRecallOption(figures, at),
      calibration: calibrationOption(bins ?? []),
    }),
    [figures, at, bins],
  );
  return (
    <Card flex={2} miw={320}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {row.label.name}
        </Title>
        <Anchor
          component={Link}
          to={`?tab=errors&label=${encodeURIComponent(row.label.key)}`}
          size="sm"
        >
          Its errors
        </Anchor>
      </Group>
      {!reliability || !now ? (
        <Text size="sm">There are too many scores to say more.</Text>
      ) : (
        <Stack>
          <div>
            <Text size="sm" id="threshold-name">
              Predicted from a score of {now.threshold.toFixed(3)} on
            </Text>
            <Slider
              aria-labelledby="threshold-name"
              thumbLabel={`Threshold for ${row.label.name}`}
              min={0}
              max={figures.length - 1}
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
              The run predicts from {metric(row.threshold)} on, with F1 {metric(row.f1)}. The slider
              goes by the {figures.length} bins of the diagram below, at whose edges the counts are
              exact.
            </Text>
          </div>
          <Chart
            title="Precision over recall"
            description={`Precision over recall of ${row.label.name} at ${figures.length} thresholds`}
            option={charts.recall}
            height={220}
          />
          <Chart
            title={`Calibration, ECE ${metric(reliability.ece)}, Brier ${metric(reliability.brier)}`}
            description={`Share of positives over mean score of ${row.label.name}; expected calibration error ${metric(reliability.ece)}`}
            option={charts.calibration}
            height={220}
          />
        </Stack>
      )}
    </Card>
  );
}
