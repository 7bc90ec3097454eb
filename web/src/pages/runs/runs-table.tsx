import { UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import type { Pages } from '../../parts/use-pages.ts';
import { CHOICE_WIDTH, type Column, type PlacedColumn, type RunRow } from './columns.tsx';
import classes from './runs-table.module.css';
import type { SortKey } from './sorting.ts';

const ROW = 38;
const MARGIN_ROWS = 8;

/** As many rows as fit on the screen, however many there are. */
export function RunsTable({
  pages,
  columns,
  sorting,
  onSort,
  selected,
  onSelect,
}: {
  pages: Pages<RunRow>;
  columns: readonly PlacedColumn[];
  sorting: readonly SortKey[];
  onSort: (column: Column, isMore: boolean) => void;
  selected: readonly string[];
  onSelect: (id: string, isSelected: boolean) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const { nodes, loadMore, totalCount } = pages;
  const rows = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: MARGIN_ROWS,
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= nodes.length - 3 * MARGIN_ROWS) loadMore();
  }, [last, nodes.length, loadMore]);

  const above = visible[0]?.start ?? 0;
  const below = rows.getTotalSize() - (visible.at(-1)?.end ?? 0);
  const width = columns.reduce((sum, column) => sum + column.width, CHOICE_WIDTH);
  return (
    // A region that scrolls can be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as said above
    <section className={classes.scroller} ref={scroller} tabIndex={0} aria-label="Runs, scrolls">
      <table className={classes.table} style={{ width }} aria-rowcount={(totalCount ?? 0) + 1}>
        <colgroup>
          <col style={{ width: CHOICE_WIDTH }} />
          {columns.map((column) => (
            <col key={column.key} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th data-pinned style={{ left: 0 }}>
              <span className={classes.hidden}>Chosen</span>
            </th>
            {columns.map((column) => (
              <Heading key={column.key} {...{ column, sorting, onSort }} />
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {visible.map(({ index }) => {
            const run = nodes[index]!;
            const isSelected = selected.includes(run.id);
            return <Row key={run.id} {...{ run, index, columns, isSelected, onSelect }} />;
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </section>
  );
}

/** Drawn anew only where something about it has changed. */
const Row = memo(function Row({
  run,
  index,
  columns,
  isSelected,
  onSelect,
}: {
  run: RunRow;
  index: number;
  columns: readonly PlacedColumn[];
  isSelected: boolean;
  onSelect: (id: string, isSelected: boolean) => void;
}) {
  return (
    <tr aria-rowindex={index + 2} data-selected={isSelected || undefined}>
      <td data-pinned style={{ left: 0 }}>
        <input
          type="checkbox"
          className={classes.choice}
          checked={isSelected}
          onChange={(event) => onSelect(run.id, event.currentTarget.checked)}
          aria-label={`Choose ${run.name}`}
        />
      </td>
      {columns.map((column) => (
        <td key={column.key} {...placeOf(column)}>
          {column.show ? column.show(run) : column.text(run)}
        </td>
      ))}
    </tr>
  );
});

function Heading({
  column,
  sorting,
  onSort,
}: {
  column: PlacedColumn;
  sorting: readonly SortKey[];
  onSort: (column: Column, isMore: boolean) => void;
}) {
  const at = sorting.findIndex((key) => key.column === column.key);
  const key = sorting[at];
  const direction = key && (key.isDescending ? 'descending' : 'ascending');
  return (
    <th {...placeOf(column)} aria-sort={direction}>
      {column.order ? (
        <UnstyledButton
          className={classes.sort}
          onClick={(event) => onSort(column, event.shiftKey)}
          title="Sorts; with Shift in addition to the others"
        >
          {column.name}
          {key && (key.isDescending ? ' ↓' : ' ↑')}
          {sorting.length > 1 && key && <sup>{at + 1}</sup>}
        </UnstyledButton>
      ) : (
        column.name
      )}
    </th>
  );
}

function placeOf({ isNumber, left }: PlacedColumn) {
  return {
    'data-number': isNumber || undefined,
    'data-pinned': left !== null || undefined,
    ...(left !== null && { style: { left } }),
  };
}
