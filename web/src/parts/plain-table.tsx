import { Box, Group, Table, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { type CopiedQuery, CopyMenu } from './copy-menu.tsx';

/** A table of words and figures that is only read, and copied. */
export function PlainTable({
  title,
  note,
  head,
  rows,
  numWords = 1,
  query,
  maxHeight,
}: {
  title?: string;
  note?: ReactNode;
  head: readonly string[];
  /** all as wide as the head; the first cell of each tells it from the others */
  rows: readonly (readonly string[])[];
  /** How many columns, from the left, are words; the others are figures. */
  numWords?: number;
  query: CopiedQuery;
  maxHeight?: number;
}) {
  const align = (at: number) => (at < numWords ? 'left' : 'right');
  return (
    <section>
      <Group justify="space-between" mb="xs" align="flex-start">
        <Box flex="1 1 16rem">
          {title && (
            <Title order={2} size="h4">
              {title}
            </Title>
          )}
          {note}
        </Box>
        <CopyMenu table={() => ({ head, rows })} query={query} />
      </Group>
      <Table.ScrollContainer minWidth={120 * head.length} {...(maxHeight && { maxHeight })}>
        <Table stickyHeader className="figures">
          <Table.Thead>
            <Table.Tr>
              {head.map((name, at) => (
                <Table.Th key={name} ta={align(at)}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row[0]}>
                {row.map((text, at) => (
                  <Table.Td key={head[at]} ta={align(at)}>
                    {text}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
