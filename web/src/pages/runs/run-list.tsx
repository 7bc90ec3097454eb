import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { useCallback, useMemo, useRef } from 'react';
import { useStream } from '../../api/use-follow.ts';
import { useMay } from '../../api/viewer.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { countOf } from '../../parts/format.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import type { useAddress } from '../../parts/use-address.ts';
import { useDraft } from '../../parts/use-draft.ts';
import { usePages } from '../../parts/use-pages.ts';
import { ArchiveButton } from './archive-button.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { type Column, columnsOf, PINNED } from './columns.tsx';
import { CompareLink } from './compare-link.tsx';
import { RunsChangedDocument, RunsDocument, type RunsQueryVariables } from './runs.generated.ts';
import { RunsTable } from './runs-table.tsx';
import { nextSorting, orderBy, readSorting, writeSorting } from './sorting.ts';

/** A screen and a half: the rest comes while somebody scrolls. */
const PAGE = 50;

/** Run by run, sorted by the server, with what can be done with those that are chosen. */
export function RunList({
  address,
  filter,
  choice,
}: {
  address: ReturnType<typeof useAddress>;
  filter: NonNullable<RunsQueryVariables['filter']>;
  choice: RunsQueryVariables['choice'];
}) {
  const mayEdit = useMay('EDITOR');
  const sort = address.get('sort');
  const sorting = useMemo(() => readSorting(sort.split(',')), [sort]);
  const [chosen, setChosen] = useDraft(
    address.get('runs'),
    (runs) => address.set({ runs }, false),
    0,
  );
  const selected = useMemo(() => chosen.split(',').filter(Boolean), [chosen]);
  const latest = useRef({ address, selected, sorting });
  latest.current = { address, selected, sorting };
  const [shown, pinned] = [address.get('columns'), address.get('pinned') || PINNED.join()];
  const columns = useMemo(
    () => columnsOf(shown.split(',').filter(Boolean), pinned.split(',')),
    [shown, pinned],
  );
  const variables = { first: PAGE, filter, orderBy: orderBy(sorting), choice };
  const pages = usePages(RunsDocument, variables, (data) => data.runs);
  const { change, reload } = pages;
  useStream(RunsChangedDocument, {
    onData: ({ runsChanged: run }) =>
      change((nodes) =>
        nodes.map((row) =>
          // What an event tells of is the best epoch's.
          row.id === run.id ? { ...run, shown: choice.of === 'BEST' ? run.best : row.shown } : row,
        ),
      ),
    onResume: reload,
  });
  const onSort = useCallback(({ key, isNumber }: Column, isMore: boolean) => {
    const next = nextSorting(latest.current.sorting, key, isNumber ?? key === 'created', isMore);
    latest.current.address.set({ sort: writeSorting(next) });
  }, []);
  const onSelect = useCallback(
    (id: string, isSelected: boolean) => {
      const others = latest.current.selected.filter((each) => each !== id);
      setChosen((isSelected ? [...others, id] : others).join());
    },
    [setChosen],
  );

  const isFiltered = Object.keys(filter).length > 1;
  const isArchive = filter.archived === true;
  return (
    <>
      <Group justify="space-between" my="xs">
        <Text component="div" size="sm" c="dimmed" role="status">
          {pages.totalCount !== null && countOf(pages.totalCount, 'run')}
          {selected.length > 0 && `, ${selected.length} chosen`}
          {pages.isLoading && <Loader size={12} ml="xs" aria-label="Loading" />}
        </Text>
        <Group gap="xs">
          {selected.length > 0 && (
            <>
              <Button size="xs" variant="default" onClick={() => setChosen('')}>
                Choose none
              </Button>
              {mayEdit && (
                <ArchiveButton
                  ids={selected}
                  isBack={isArchive}
                  onDone={() => {
                    setChosen('');
                    reload();
                  }}
                />
              )}
            </>
          )}
          <CompareLink ids={selected} />
          <ColumnMenu address={address} columns={columns} />
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
        isFiltered || isArchive ? (
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
