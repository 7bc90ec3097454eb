import { Group, Table } from '@mantine/core';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { flatConfig } from '../../parts/flat-config.ts';
import type { RunDetails } from './run-page.tsx';

export function ConfigTable({ run }: { run: RunDetails }) {
  const lines = [...flatConfig(run.config)];
  return (
    <>
      <Group justify="flex-end" mb="xs">
        <CopyMenu table={() => ({ head: ['Option', 'Value'], rows: lines })} />
      </Group>
      <Table maw={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Option</Table.Th>
            <Table.Th>Value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(([option, value]) => (
            <Table.Tr key={option}>
              <Table.Td>{option}</Table.Td>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
