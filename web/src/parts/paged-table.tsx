import { Group, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { type CopiedQuery, CopyMenu } from './copy-menu.tsx';
import { EmptyNote } from './empty-note.tsx';
import { MoreButton } from './more-button.tsx';
import { ProblemNote } from './problem-note.tsx';
import type { Pages } from './use-pages.ts';

interface Column<TNode> {
  name: string;
  /** Stands to the right. */
  isNumber?: boolean;
  text: (node: TNode) => string;
  /** Where it is more than its text. */
  show?: (node: TNode) => ReactNode;
}

/** A list of objects as a table, page by page, which is copied as far as it is there; what to do where it is empty. */
export function PagedTable<TNode extends { id: string }>({
  pages,
  columns,
  minWidth,
  empty,
  query,
}: {
  pages: Pages<TNode>;
  columns: readonly Column<TNode>[];
  minWidth: number;
  empty: ReactNode;
  query: CopiedQuery;
}) {
  const place = ({ isNumber }: Column<TNode>) => (isNumber ? 'right' : 'left');
  return (
    <>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null && (
        <EmptyNote>{empty}</EmptyNote>
      )}
      {pages.nodes.length > 0 && (
        <section>
          <Group justify="flex-end" mb="xs">
            <CopyMenu
              table={() => ({
                head: columns.map(({ name }) => name),
                rows: pages.nodes.map((node) => columns.map(({ text }) => text(node))),
              })}
              query={query}
            />
          </Group>
          <Table.ScrollContainer minWidth={minWidth}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  {columns.map((column) => (
                    <Table.Th key={column.name} ta={place(column)}>
                      {column.name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {pages.nodes.map((node) => (
                  <Table.Tr key={node.id}>
                    {columns.map((column) => (
                      <Table.Td key={column.name} ta={place(column)}>
                        {column.show ? column.show(node) : column.text(node)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </section>
      )}
      <MoreButton pages={pages} />
    </>
  );
}
