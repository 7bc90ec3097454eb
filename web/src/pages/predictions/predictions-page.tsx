import { Anchor, Group, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, dateTime, percent, words } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { NewPredictionButton } from './new-prediction-button.tsx';
import { PredictionsDocument } from './predictions.generated.ts';

const PAGE = 50;

export function Component() {
  const mayStart = useMay('EDITOR');
  const pages = usePages(PredictionsDocument, { first: PAGE }, (data) => data.batchPredictions);
  return (
    <>
      <PageTitle side={mayStart && <NewPredictionButton />}>Predictions</PageTitle>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null && (
        <EmptyNote>
          No prediction yet. A prediction runs a model over all samples of a dataset version, and
          gives their labels as a table, to look at and as a file.
        </EmptyNote>
      )}
      {pages.nodes.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Of</Table.Th>
                <Table.Th>Model</Table.Th>
                <Table.Th>Thresholds</Table.Th>
                <Table.Th>Splits</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th ta="right">Samples</Table.Th>
                <Table.Th>Created</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.nodes.map((batch) => (
                <Table.Tr key={batch.id}>
                  <Table.Td>
                    <Anchor component={Link} to={`/predictions/${batch.id}`} size="sm">
                      {batch.datasetVersion.dataset.name} v{batch.datasetVersion.number}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{batch.model}</Table.Td>
                  <Table.Td>{batch.thresholds ?? "the model's own"}</Table.Td>
                  <Table.Td>
                    {batch.splits.length === 3 ? 'all' : batch.splits.map(words).join(', ')}
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <StatusBadge status={batch.status} />
                      {batch.status === 'RUNNING' && percent(batch.progress)}
                    </Group>
                  </Table.Td>
                  <Table.Td ta="right">
                    {batch.sampleCount === null ? '–' : count(batch.sampleCount)}
                  </Table.Td>
                  <Table.Td>{dateTime(batch.createdAt)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton pages={pages} />
    </>
  );
}
