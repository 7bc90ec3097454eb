import { Group, Switch, Table } from '@mantine/core';
import { ComparedRunsDocument } from '../../api/compared-runs.generated.ts';
import type { ComparedRun } from '../../api/compared-runs.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { signed } from '../../parts/format.ts';
import { useAddress } from '../../parts/use-address.ts';
import classes from './difference-table.module.css';
import { metricRows, type Row, settingRows } from './rows.ts';

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
        <Table className={classes.table} stickyHeader withColumnBorders>
          {isTurned ? (
            <>
              <Heads names={['Run', ...rows.map(({ name }) => name)]} />
              <Table.Tbody>
                {runs.map((run, at) => (
                  <tr key={run.id}>
                    <th scope="row">{run.name}</th>
                    {rows.map((row) => (
                      <Cell key={row.name} row={row} at={at} baseAt={baseAt} />
                    ))}
                  </tr>
                ))}
              </Table.Tbody>
            </>
          ) : (
            <>
              <Heads names={['', ...runs.map(({ name }) => name)]} />
              <Table.Tbody>
                {rows.map((row) => (
                  <tr key={row.name}>
                    <th scope="row">{row.name}</th>
                    {runs.map((run, at) => (
                      <Cell key={run.id} row={row} at={at} baseAt={baseAt} />
                    ))}
                  </tr>
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
    <td data-best={isBest || undefined}>
      {row.cells[at]}
      {isBest && (row.isLowGood ? ' ↓' : ' ↑')}
      {value !== null && baseline !== null && at !== baseAt && (
        <span>{signed(value - baseline)}</span>
      )}
    </td>
  );
}
