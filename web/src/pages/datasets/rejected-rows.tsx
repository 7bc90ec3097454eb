import { Table, Text } from '@mantine/core';

/** Rows that an import leaves out, with the reasons. */
export function RejectedRows({
  rows,
  rejectedCount,
}: {
  rows: readonly { line: number; key: string | null; reason: string }[];
  rejectedCount: number;
}) {
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>
        <Text span size="sm">
          Rejected rows
          {rejectedCount > rows.length && `, the first ${rows.length}`}
        </Text>
      </summary>
      <Table.ScrollContainer minWidth={480} maxHeight={260}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Line</Table.Th>
              <Table.Th>Key</Table.Th>
              <Table.Th>Reason</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.line}>
                <Table.Td>{row.line}</Table.Td>
                <Table.Td>{row.key}</Table.Td>
                <Table.Td>{row.reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}
