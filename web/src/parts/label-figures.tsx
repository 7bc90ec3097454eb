import { Anchor, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { type CopiedQuery, CopyMenu } from './copy-menu.tsx';
import { metric } from './format.ts';

/** How one label fares. */
export interface LabelFigures {
  label: { key: string; name: string };
  support: number;
  threshold: number;
  averagePrecision: number | null;
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

const COLUMNS: readonly { name: string; value: (row: LabelFigures) => number | string | null }[] = [
  { name: 'Label', value: (row) => row.label.name },
  { name: 'Support', value: (row) => row.support },
  { name: 'AP', value: (row) => row.averagePrecision },
  { name: 'Threshold', value: (row) => row.threshold },
  { name: 'Precision', value: (row) => row.precision },
  { name: 'Recall', value: (row) => row.recall },
  { name: 'F1', value: (row) => row.f1 },
];

/** Labels with their figures, by any of them, to be copied; with `onChoose` one of them can be chosen. */
export function LabelFiguresTable({
  note,
  rows,
  query,
  maxHeight = 640,
  chosen,
  onChoose,
}: {
  note: string;
  rows: readonly LabelFigures[];
  query: CopiedQuery;
  maxHeight?: number;
  /** its key */
  chosen?: string | undefined;
  onChoose?: (key: string) => void;
}) {
  const [sorting, setSorting] = useState({ column: 0, isDescending: false });
  const { value } = COLUMNS[sorting.column]!;
  const sorted = [...rows].sort(
    (a, b) => compare(value(a), value(b)) * (sorting.isDescending ? -1 : 1),
  );
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {note}
        </Text>
        <CopyMenu
          table={() => ({
            head: COLUMNS.map((column) => column.name),
            rows: sorted.map((row) => COLUMNS.map((column) => text(row, column))),
          })}
          query={query}
        />
      </Group>
      <Table.ScrollContainer minWidth={600} maxHeight={maxHeight}>
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
                bg={row.label.key === chosen ? 'var(--mantine-primary-color-light)' : undefined}
              >
                {COLUMNS.map((column, at) => (
                  <Table.Td key={column.name} ta={at === 0 ? 'left' : 'right'}>
                    {at === 0 && onChoose ? (
                      <Anchor
                        component="button"
                        type="button"
                        size="sm"
                        aria-pressed={row.label.key === chosen}
                        onClick={() => onChoose(row.label.key)}
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
  );
}

function text(row: LabelFigures, column: (typeof COLUMNS)[number]): string {
  const found = column.value(row);
  return typeof found === 'number' && column.name !== 'Support'
    ? metric(found)
    : String(found ?? '–');
}

/** What is not known comes last in either direction of reading, as the smallest. */
function compare(a: number | string | null, b: number | string | null): number {
  if (typeof a === 'string' || typeof b === 'string') return String(a).localeCompare(String(b));
  return (a ?? -1) - (b ?? -1);
}
