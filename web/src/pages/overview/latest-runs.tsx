import { Anchor, Card, Group, Table, Title } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { countOf, dateTime, metric, percent } from '../../parts/format.ts';
import { RunLink } from '../../parts/run-link.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { OverviewQuery } from './overview.generated.ts';

export function LatestRuns({ runs }: { runs: OverviewQuery['runs'] }) {
  return (
    <Card>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Latest runs
        </Title>
        <Anchor component={Link} to="/runs" size="sm">
          All {countOf(runs.totalCount, 'run')}
        </Anchor>
      </Group>
      {runs.nodes.length === 0 ? (
        <EmptyNote>No run yet. A run trains a head on a dataset that has been imported.</EmptyNote>
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Run</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Dataset</Table.Th>
                <Table.Th ta="right">mAP, validation</Table.Th>
                <Table.Th ta="right">Micro-F1, validation</Table.Th>
                <Table.Th>Created</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {runs.nodes.map((run) => (
                <Table.Tr key={run.id}>
                  <Table.Td>
                    <Anchor component={RunLink} runId={run.id} size="sm">
                      {run.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <StatusBadge status={run.status} />
                      {run.status === 'RUNNING' && percent(run.progress)}
                    </Group>
                  </Table.Td>
                  <Table.Td>
                    {run.dataset.name} v{run.datasetVersion.number}
                  </Table.Td>
                  <Table.Td ta="right">{metric(run.best?.meanAveragePrecision)}</Table.Td>
                  <Table.Td ta="right">{metric(run.best?.microF1)}</Table.Td>
                  <Table.Td>{dateTime(run.createdAt)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
