import { Anchor, Code, Table } from '@mantine/core';
import { Link } from 'react-router';
import { count, dateTime } from '../../parts/format.ts';
import type { Version } from './dataset-page.tsx';

/** Every version beside the one before it. */
export function VersionTable({ versions }: { versions: readonly Version[] }) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Version</Table.Th>
            <Table.Th ta="right">Samples</Table.Th>
            <Table.Th ta="right">Labelled</Table.Th>
            <Table.Th>Note</Table.Th>
            <Table.Th>Digest</Table.Th>
            <Table.Th>Created</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {versions.map((version, at) => {
            const before = versions[at + 1];
            return (
              <Table.Tr key={version.id}>
                <Table.Td>
                  <Anchor component={Link} to={`?version=${version.number}`} size="sm">
                    {version.number}
                  </Anchor>
                </Table.Td>
                <Table.Td ta="right">
                  {count(version.sampleCount)} {change(version.sampleCount, before?.sampleCount)}
                </Table.Td>
                <Table.Td ta="right">
                  {count(version.labelledCount)}{' '}
                  {change(version.labelledCount, before?.labelledCount)}
                </Table.Td>
                <Table.Td>{version.note ?? 'an import'}</Table.Td>
                <Table.Td>
                  <Code title={version.digest}>{version.digest.slice(0, 12)}</Code>
                </Table.Td>
                <Table.Td>{dateTime(version.createdAt)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function change(now: number, before: number | undefined): string {
  if (before === undefined || now === before) return '';
  return now > before ? `(+${count(now - before)})` : `(−${count(before - now)})`;
}
