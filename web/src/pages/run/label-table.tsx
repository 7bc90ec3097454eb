import { useQuery } from '@apollo/client/react';
import { Anchor, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { type CopiedQuery, CopyMenu } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { metric } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { ThresholdWarnings } from '../../parts/threshold-warnings.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { LabelPanel } from './label-panel.tsx';
import { RunLabelsDocument, type RunLabelsQuery } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';
import { SplitSwitch, useSplit } from './split-switch.tsx';

type Labels = NonNullable<RunLabelsQuery['run']>['labelMetrics'];
export type LabelRow = Labels[number];
export type Reliability = NonNullable<
  NonNullable<RunLabelsQuery['run']>['evaluation']
>['reliability'][number];

const COLUMNS: readonly { name: string; value: (row: LabelRow) => number | string | null }[] = [
  { name: 'Label', value: (row) => row.label.name },
  { name: 'Support', value: (row) => row.support },
  { name: 'AP', value: (row) => row.averagePrecision },
  { name: 'Threshold', value: (row) => row.threshold },
  { name: 'Precision', value: (row) => row.precision },
  { name: 'Recall', value: (row) => row.recall },
  { name: 'F1', value: (row) => row.f1 },
];

/** Every label with its figures at the run's threshold; the chosen one with what other thresholds would make of it. */
export function LabelTable({ run }: { run: RunDetails }) {
  const { id } = run;
  const split = useSplit();
  const answer = useQuery(RunLabelsDocument, { variables: { id, split } });
  return (
    <Stack>
      <Group justify="space-between">
        <SplitSwitch />
      </Group>
      <QueryView answer={answer}>
        {({ run: found }) =>
          found === null || found.labelMetrics.length === 0 ? (
            <EmptyNote>This split has no labelled sample, so there are no figures.</EmptyNote>
          ) : (
            <>
              <ThresholdWarnings
                warnings={found.thresholdWarnings}
                kind={run.config.thresholds.kind}
              />
              <Labels
                run={run}
                rows={found.labelMetrics}
                reliability={found.evaluation?.reliability ?? []}
                query={{ document: RunLabelsDocument, variables: { id, split } }}
              />
            </>
          )
        }
      </QueryView>
    </Stack>
  );
}

function Labels({
  run,
  rows,
  reliability,
  query,
}: {
  run: RunDetails;
  rows: Labels;
  reliability: readonly Reliability[];
  query: CopiedQuery;
}) {
  const address = useAddress();
  const [sorting, setSorting] = useState({ column: 0, isDescending: false });
  const { value } = COLUMNS[sorting.column]!;
  const sorted = [...rows].sort(
    (a, b) => compare(value(a), value(b)) * (sorting.isDescending ? -1 : 1),
  );
  const chosen = sorted.find(({ label }) => label.key === address.get('label'));
  const text = (row: LabelRow, column: (typeof COLUMNS)[number]) => {
    const found = column.value(row);
    return typeof found === 'number' && column.name !== 'Support'
      ? metric(found)
      : String(found ?? '–');
  };
  return (
    <Group align="flex-start" wrap="wrap">
      <Stack flex={3} miw={320} gap="xs">
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            Choose a label to see other thresholds and its calibration.
          </Text>
          <CopyMenu
            table={() => ({
              head: COLUMNS.map((column) => column.name),
              rows: sorted.map((row) => COLUMNS.map((column) => text(row, column))),
            })}
            query={query}
          />
        </Group>
        <Table.ScrollContainer minWidth={600} maxHeight={640}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                {COLUMNS.map(({ name }, column) => {
                  const isSorted = sorting.column === column;
                  return (
                    <Table.Th
                      key={name}
                      ta={column === 0 ? 'left' : 'right'}
                      aria-sort={
                        isSorted ? (sorting.isDescending ? 'descending' : 'ascending') : undefined
                      }
                    >
                      <UnstyledButton
                        fw={650}
                        fz="sm"
                        onClick={() =>
                          setSorting({
                            column,
                            isDescending: isSorted ? !sorting.isDescending : column > 0,
                          })
                        }
                      >
                        {name}
                        {isSorted && (sorting.isDescending ? ' ↓' : ' ↑')}
                      </UnstyledButton>
                    </Table.Th>
                  );
                })}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sorted.map((row) => (
                <Table.Tr
                  key={row.label.key}
                  bg={row === chosen ? 'var(--mantine-primary-color-light)' : undefined}
                >
                  {COLUMNS.map((column, at) => (
                    <Table.Td key={column.name} ta={at === 0 ? 'left' : 'right'}>
                      {at === 0 ? (
                        <Anchor
                          component="button"
                          type="button"
                          size="sm"
                          aria-pressed={row === chosen}
                          onClick={() => address.set({ label: row.label.key }, false)}
                        >
                          {row.label.name}
                        </Anchor>
                      ) : (
                        text(row, column)
                      )}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Stack>
      {chosen && (
        <LabelPanel
          key={chosen.label.key}
          run={run}
          row={chosen}
          reliability={reliability.find(({ label }) => label.index === chosen.label.index)}
        />
      )}
    </Group>
  );
}

/** What is not known comes last in either direction of reading, as the smallest. */
function compare(a: number | string | null, b: number | string | null): number {
  if (typeof a === 'string' || typeof b === 'string') return String(a).localeCompare(String(b));
  return (a ?? -1) - (b ?? -1);
}
