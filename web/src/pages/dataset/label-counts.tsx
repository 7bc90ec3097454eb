import { useQuery } from '@apollo/client/react';
import { Anchor, Grid, Group, Select, Table, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { Chart } from '../../parts/chart.tsx';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { count, words } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { barOption } from './bar-option.ts';
import { VersionLabelsDocument, type VersionLabelsQuery } from './dataset.generated.ts';
import { readSplit, SPLITS } from './splits.ts';

type Version = NonNullable<VersionLabelsQuery['datasetVersion']>;

/** How often each label occurs in each split, and how many labels samples carry. */
export function LabelCounts({ versionId }: { versionId: string }) {
  const address = useAddress();
  const split = readSplit(address.get('split'));
  const answer = useQuery(VersionLabelsDocument, { variables: { id: versionId, split } });
  return (
    <QueryView answer={answer}>
      {({ datasetVersion }) => datasetVersion && <Counts version={datasetVersion} />}
    </QueryView>
  );
}

const HEAD = ['Label', 'Train', 'Validation', 'Test', 'Total', 'Unknown'];

function Counts({ version }: { version: Version }) {
  const address = useAddress();
  const rows = [...version.labelStats].sort((a, b) => b.total - a.total);
  const cells = (row: (typeof rows)[number]) => [
    row.label.name,
    count(row.train),
    count(row.validation),
    count(row.test),
    count(row.total),
    count(row.unknown),
  ];
  const option = useMemo(
    () =>
      barOption(
        version.cardinality.map(({ numLabels }) => String(numLabels)),
        version.cardinality.map(({ numSamples }) => numSamples),
        'Labels of a sample',
      ),
    [version.cardinality],
  );
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Group justify="space-between" mb="xs">
          <Text size="sm" c="dimmed">
            {rows.length} labels
          </Text>
          <CopyMenu table={() => ({ head: HEAD, rows: rows.map(cells) })} />
        </Group>
        <Table.ScrollContainer minWidth={480} maxHeight={640}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                {HEAD.map((name, at) => (
                  <Table.Th key={name} ta={at === 0 ? 'left' : 'right'}>
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => {
                const [name, ...counts] = cells(row);
                return (
                  <Table.Tr key={row.label.key}>
                    <Table.Td>
                      <Anchor
                        component={Link}
                        to={`?tab=samples&labels=${encodeURIComponent(row.label.key)}`}
                        size="sm"
                      >
                        {name}
                      </Anchor>
                    </Table.Td>
                    {counts.map((text, at) => (
                      <Table.Td key={HEAD[at + 1]} ta="right">
                        {text}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Select
          label="Labels of a sample in"
          size="xs"
          mb="sm"
          maw={200}
          placeholder="all splits"
          data={SPLITS.map((value) => ({ value, label: words(value) }))}
          value={address.get('split') || null}
          onChange={(value) => address.set({ split: value ?? '' })}
          clearable
        />
        <Chart
          title="Samples by their number of labels"
          description={version.cardinality
            .map(({ numLabels, numSamples }) => `${numSamples} samples with ${numLabels} labels`)
            .join(', ')}
          option={option}
        />
      </Grid.Col>
    </Grid>
  );
}
