import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { useCallback, useState } from 'react';
import { Link } from 'react-router';
import { useStream } from '../../api/use-follow.ts';
import { useMay } from '../../api/viewer.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { usePages } from '../../parts/use-pages.ts';
import { ColumnMenu } from './column-menu.tsx';
import { COLUMNS, type Column } from './columns.tsx';
import { RunFilters, readFilter } from './run-filters.tsx';
import { RunsChangedDocument, RunsDocument } from './runs.generated.ts';
import { RunsTable } from './runs-table.tsx';
import { nextSorting, orderBy, readSorting, writeSorting } from './sorting.ts';

const PAGE = 100;
/** What the page for comparisons takes. */
const MOST_COMPARED = 16;

export function Component() {
  const address = useAddress();
  const mayEdit = useMay('EDITOR');
  const sorting = readSorting(address.list('sort'));
  // The address follows a moment later, and is read again when somebody comes back.
  const [selected, setSelected] = useState(() => address.list('runs'));
  const select = (ids: string[]) => {
    setSelected(ids);
    address.set({ runs: ids }, false);
  };
  const shown = address.list('columns');
  const columns = COLUMNS.filter((column) =>
    shown.length > 0 ? shown.includes(column.key) : !column.isExtra,
  );
  const variables = { first: PAGE, filter: readFilter(address), orderBy: orderBy(sorting) };
  const pages = usePages(RunsDocument, variables, (data) => data.runs);
  const { change, reload } = pages;
  useStream(RunsChangedDocument, {
    onData: ({ runsChanged: run }) =>
      change((nodes) => nodes.map((row) => (row.id === run.id ? run : row))),
    onResume: reload,
  });

  const onSort = useCallback(
    (column: Column, isMore: boolean) =>
      address.set({
        sort: writeSorting(
          nextSorting(
            readSorting(address.list('sort')),
            column.key,
            column.isNumber ?? column.key === 'created',
            isMore,
          ),
        ),
      }),
    [address],
  );
  const onSelect = (id: string, isSelected: boolean) =>
    select(isSelected ? [...selected, id] : selected.filter((each) => each !== id));

  const isFiltered = Object.keys(variables.filter).length > 0;
  return (
    <>
      <PageTitle
        side={
          mayEdit && (
            <Button component={Link} to="/runs/new">
              New run
            </Button>
          )
        }
      >
        Runs
      </PageTitle>
      <RunFilters address={address} />
      <Group justify="space-between" my="xs">
        <Text size="sm" c="dimmed" role="status">
          {pages.totalCount !== null && `${count(pages.totalCount)} runs`}
          {selected.length > 0 && `, ${selected.length} chosen`}
          {pages.isLoading && <Loader size={12} ml="xs" aria-label="Loading" />}
        </Text>
        <Group gap="xs">
          {selected.length > 0 && (
            <Button size="xs" variant="default" onClick={() => select([])}>
              Choose none
            </Button>
          )}
          <Button
            size="xs"
            component={Link}
            to={`/compare?runs=${selected.join(',')}`}
            data-disabled={selected.length < 2 || selected.length > MOST_COMPARED || undefined}
            aria-disabled={selected.length < 2 || selected.length > MOST_COMPARED}
            onClick={(event) => {
              if (selected.length < 2 || selected.length > MOST_COMPARED) event.preventDefault();
            }}
            title={`Choose 2 to ${MOST_COMPARED} runs`}
          >
            Compare
          </Button>
          <ColumnMenu
            shown={columns.map((column) => column.key)}
            onChange={(keys) => address.set({ columns: keys }, false)}
          />
          <CopyMenu
            table={() => ({
              head: columns.map((column) => column.name),
              rows: pages.nodes.map((run) => columns.map((column) => column.text(run))),
            })}
            query={{ document: RunsDocument, variables }}
          />
        </Group>
      </Group>
      {pages.error !== null && <ProblemNote error={pages.error} retry={reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null ? (
        isFiltered ? (
          <Alert variant="light" color="gray">
            No run fits the filter.
          </Alert>
        ) : (
          <EmptyNote>
            No run yet. Import a dataset, then start a run: it trains a head on the features of an
            encoder that stays as it is.
          </EmptyNote>
        )
      ) : (
        <RunsTable {...{ pages, columns, sorting, onSort, selected, onSelect }} />
      )}
    </>
  );
}
