import { useQuery } from '@apollo/client/react';
import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { Chart } from '../../parts/chart.tsx';
import { metric } from '../../parts/format.ts';
import type { LabelFigures } from '../../parts/label-figures.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { GridLink } from './grid-link.tsx';
import { calibrationOption } from './label-charts.ts';
import type { Reliability } from './label-table.tsx';
import { LabelCurveDocument } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';
import { useSplit } from './split-switch.tsx';
import { ThresholdChoice } from './threshold-choice.tsx';

/** What another threshold would make of a label, its precision over recall, and whether its scores are frequencies. */
export function LabelPanel({
  run,
  row,
  reliability,
}: {
  run: RunDetails;
  row: LabelFigures;
  reliability: Reliability | undefined;
}) {
  const split = useSplit();
  const answer = useQuery(LabelCurveDocument, {
    variables: { id: run.id, split, label: row.label.key },
  });
  const bins = reliability?.bins;
  const calibration = useMemo(() => calibrationOption(bins ?? []), [bins]);
  return (
    <Card flex={2} miw={320} mih={680}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {row.label.name}
        </Title>
        <Group gap="sm">
          <Anchor
            component={Link}
            to={`?tab=errors&label=${encodeURIComponent(row.label.key)}`}
            size="sm"
          >
            Its errors
          </Anchor>
          <GridLink run={run} label={row.label.key}>
            In the sample grid
          </GridLink>
        </Group>
      </Group>
      <Stack>
        <QueryView answer={answer}>
          {({ run: found }) =>
            found?.labelCurve && found.labelCurve.cuts.length > 0 ? (
              <ThresholdChoice row={row} curve={found.labelCurve} />
            ) : (
              <Text size="sm">It is known of no sample of this split.</Text>
            )
          }
        </QueryView>
        {reliability ? (
          <Chart
            title={`Calibration, ECE ${metric(reliability.ece)}, Brier ${metric(reliability.brier)}`}
            description={`Share of positives over mean score of ${row.label.name}; expected calibration error ${metric(reliability.ece)}`}
            option={calibration}
            height={220}
          />
        ) : (
          <Text size="sm">There are too many scores to draw its calibration.</Text>
        )}
      </Stack>
    </Card>
  );
}
