import { useQuery } from '@apollo/client/react';
import { Card, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import type { ComparedRun } from '../../api/compared-runs.ts';
import type { CopiedQuery } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, metric, signed } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { PairOfRunsDocument, type PairOfRunsQuery } from './compare.generated.ts';
import { FlippedSamples } from './flipped-samples.tsx';
import { PairLabels } from './pair-labels.tsx';

export type Comparison = NonNullable<PairOfRunsQuery['compareRuns']>;

/** What the tables of a pair need. */
export interface PairTexts {
  comparison: Comparison;
  name: string;
  baseName: string;
  query: CopiedQuery;
}

/** One run against the baseline, sample by sample, with what another draw of samples would change. */
export function PairComparison({
  runs,
  base,
}: {
  runs: readonly ComparedRun[];
  base: ComparedRun;
}) {
  const address = useAddress();
  const split = address.get('split') === 'VALIDATION' ? 'VALIDATION' : 'TEST';
  const others = runs.filter(
    (run) =>
      run !== base &&
      run.status === 'SUCCEEDED' &&
      run.datasetVersion.id === base.datasetVersion.id,
  );
  const other = others.find(({ id }) => id === address.get('with')) ?? others[0];
  const variables = { a: other?.id ?? '', b: base.id, split } as const;
  const answer = useQuery(PairOfRunsDocument, {
    variables,
    skip: other === undefined || base.status !== 'SUCCEEDED',
  });
  const texts = (comparison: Comparison, { name }: ComparedRun): PairTexts => ({
    comparison,
    name,
    baseName: base.name,
    query: { document: PairOfRunsDocument, variables },
  });
  return (
    <Card>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Against the baseline
        </Title>
        {other && (
          <Group gap="xs">
            <Select
              size="xs"
              aria-label="Run that is compared with the baseline"
              data={others.map(({ id, name }) => ({ value: id, label: name }))}
              value={other.id}
              onChange={(id) => address.set({ with: id ?? '' }, false)}
              allowDeselect={false}
            />
            <SegmentedControl
              size="xs"
              aria-label="Split"
              data={[
                { value: 'TEST', label: 'Test' },
                { value: 'VALIDATION', label: 'Validation' },
              ]}
              value={split}
              onChange={(value) => address.set({ split: value === 'TEST' ? '' : value }, false)}
            />
          </Group>
        )}
      </Group>
      {other === undefined || base.status !== 'SUCCEEDED' ? (
        <EmptyNote>
          This needs two runs on the same dataset version that have succeeded, the baseline among
          them.
        </EmptyNote>
      ) : (
        <QueryView answer={answer}>
          {({ compareRuns }) =>
            compareRuns === null ? (
              <EmptyNote>
                The two have no labelled sample in common on this split, or too many scores to
                compare.
              </EmptyNote>
            ) : (
              <Stack>
                <Differences {...texts(compareRuns, other)} />
                <PairLabels {...texts(compareRuns, other)} />
                <FlippedSamples
                  comparison={compareRuns}
                  datasetId={base.dataset.id}
                  name={other.name}
                />
              </Stack>
            )
          }
        </QueryView>
      )}
    </Card>
  );
}

function Differences({ comparison, name, baseName, query }: PairTexts) {
  const rows = [
    ['mAP', comparison.meanAveragePrecision],
    ['Micro-F1', comparison.microF1],
    ['Macro-F1', comparison.macroF1],
    ['Samples-F1', comparison.samplesF1],
  ] as const;
  return (
    <PlainTable
      note={
        <Text size="sm">
          How much higher {name} is than {baseName}, on {count(comparison.numSamples)} samples that
          both have scored. {name} alone is right in {count(comparison.gained)} decisions,{' '}
          {baseName} alone in {count(comparison.lost)}.
        </Text>
      }
      head={['Metric', 'Difference', `${Math.round(comparison.level * 100)} % interval`, 'p']}
      rows={rows.map(([metricName, { difference, low, high, pValue }]) => [
        metricName,
        `${signed(difference)}${low > 0 || high < 0 ? ' *' : ''}`,
        `${signed(low)} to ${signed(high)}`,
        metric(pValue),
      ])}
      query={query}
    />
  );
}
