import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { EmptyNote } from './empty-note.tsx';
import { MoreButton } from './more-button.tsx';
import { ProblemNote } from './problem-note.tsx';
import type { Pages } from './use-pages.ts';

/** Its heading; of numbers, which stand to the right. */
type Column = string | { number: string };

/** A list of objects as a table, page by page; what to do where it is empty, and what went wrong. */
export function PagedTable<TNode>({
  pages,
  columns,
  minWidth,
  empty,
  row,
}: {
  pages: Pages<TNode>;
  columns: readonly Column[];
  minWidth: number;
  empty: ReactNode;
  row: (node: TNode) => ReactNode;
}) {
  return (
    <>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null && (
        <EmptyNote>{empty}</EmptyNote>
      )}
      {pages.nodes.length > 0 && (
        <Table.ScrollContainer minWidth={minWidth}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {columns.map((column) =>
                  typeof column === 'string' ? (
                    <Table.Th key={column}>{column}</Table.Th>
                  ) : (
                    <Table.Th key={column.number} ta="right">
                      {column.number}
                    </Table.Th>
                  ),
                )}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>{pages.nodes.map(row)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton pages={pages} />
    </>
  );
}
