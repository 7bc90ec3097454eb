import { Group, Switch, Table, Text } from '@mantine/core';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { signed } from '../../parts/format.ts';
import { useAddress } from '../../parts/use-address.ts';
import { ComparedRunsDocument } from './compare.generated.ts';
import { metricRows, type Row, settingRows } from './rows.ts';
import type { ComparedRun } from './use-compared.ts';

/** Settings and figures of all runs in one table. */
export function DifferenceTable({
  runs,
  base,
}: {
  runs: readonly ComparedRun[];
  base: ComparedRun;
}) {
  const address = useAddress();
  const onlyDifferent = address.get('all') === '';
  const isTurned = address.get('turned') !== '';
  const rows = [...metricRows(runs), ...settingRows(runs, onlyDifferent && runs.length > 1)];
  const baseAt = runs.indexOf(base);
  const table = () => {
    const head = ['', ...runs.map(({ name }) => name)];
    const body = rows.map((row) => [row.name, ...row.cells]);
    if (!isTurned) return { head, rows: body };
    const all = [head, ...body];
    const [first, ...rest] = head.map((_, at) => all.map((line) => line[at]!));
    return { head: first!, rows: rest };
  };
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Group>
          <Switch
            label="Only what differs"
            checked={onlyDifferent}
            onChange={(event) =>
              address.set({ all: event.currentTarget.checked ? '' : 'yes' }, false)
            }
          />
          <Switch
            label="Runs as rows"
            checked={isTurned}
            onChange={(event) =>
              address.set({ turned: event.currentTarget.checked ? 'yes' : '' }, false)
            }
          />
        </Group>
        <CopyMenu
          table={table}
          query={{ document: ComparedRunsDocument, variables: { ids: runs.map(({ id }) => id) } }}
        />
      </Group>
      <Table.ScrollContainer minWidth={480} maxHeight={560}>
        <Table stickyHeader withColumnBorders>
          {isTurned ? (
            <>
              <Heads names={['Run', ...rows.map(({ name }) => name)]} />
              <Table.Tbody>
                {runs.map((run, at) => (
                  <Table.Tr key={run.id}>
                    <Table.Th scope="row">{run.name}</Table.Th>
                    {rows.map((row) => (
                      <Cell key={row.name} row={row} at={at} baseAt={baseAt} />
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </>
          ) : (
            <>
              <Heads names={['', ...runs.map(({ name }) => name)]} />
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.name}>
                    <Table.Th scope="row" fw={500}>
                      {row.name}
                    </Table.Th>
                    {runs.map((run, at) => (
                      <Cell key={run.id} row={row} at={at} baseAt={baseAt} />
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </>
          )}
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function Heads({ names }: { names: readonly string[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {names.map((name) =>
          name === '' ? <Table.Td key={name} /> : <Table.Th key={name}>{name}</Table.Th>,
        )}
      </Table.Tr>
    </Table.Thead>
  );
}

/** A figure with its distance to the baseline; the best one stands out. */
function Cell({ row, at, baseAt }: { row: Row; at: number; baseAt: number }) {
  const value = row.values?.[at] ?? null;
  const baseline = row.values?.[baseAt] ?? null;
  const known = (row.values ?? []).filter((each): each is number => each !== null);
  const best = row.isLowGood ? Math.min(...known) : Math.max(...known);
  const isBest = known.length > 1 && value === best;
  return (
    <Table.Td
      bg={isBest ? 'var(--mantine-primary-color-light)' : undefined}
      fw={isBest ? 650 : 400}
    >
      {row.cells[at]}
      {isBest && (row.isLowGood ? ' ↓' : ' ↑')}
      {value !== null && baseline !== null && at !== baseAt && (
        <Text span size="xs" ml={6} c="dimmed">
          {signed(value - baseline)}
        </Text>
      )}
    </Table.Td>
  );
}
