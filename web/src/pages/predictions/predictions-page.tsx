import { Anchor, Group, Table } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { count, dateTime, percent, words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
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
      <PagedTable
        pages={pages}
        minWidth={720}
        columns={[
          'Of',
          'Model',
          'Thresholds',
          'Splits',
          'Status',
          { number: 'Samples' },
          'Created',
        ]}
        empty={
          <>
            No prediction yet. A prediction runs a model over all samples of a dataset version, and
            gives their labels as a table, to look at and as a file.
          </>
        }
        row={(batch) => (
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
        )}
      />
    </>
  );
}
