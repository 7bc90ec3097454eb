import { Anchor, Group } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../../api/viewer.ts';
import { count, dateTime, percent, words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { NewPredictionButton } from './new-prediction-button.tsx';
import { PredictionsDocument } from './predictions.generated.ts';

const variables = { first: 50 };

export function Component() {
  const mayStart = useMay('EDITOR');
  const pages = usePages(PredictionsDocument, variables, (data) => data.batchPredictions);
  return (
    <>
      <PageTitle side={mayStart && <NewPredictionButton />}>Predictions</PageTitle>
      <PagedTable
        pages={pages}
        minWidth={720}
        query={{ document: PredictionsDocument, variables }}
        columns={[
          {
            name: 'Of',
            text: ({ datasetVersion }) => versionName(datasetVersion),
            show: ({ id, datasetVersion }) => (
              <Anchor component={Link} to={`/predictions/${id}`} size="sm">
                {versionName(datasetVersion)}
              </Anchor>
            ),
          },
          { name: 'Model', text: ({ model }) => model },
          { name: 'Thresholds', text: ({ thresholds }) => thresholds ?? "the model's own" },
          {
            name: 'Splits',
            text: ({ splits }) => (splits.length === 3 ? 'all' : splits.map(words).join(', ')),
          },
          {
            name: 'Status',
            text: ({ status }) => words(status),
            show: ({ status, progress }) => (
              <Group gap="xs" wrap="nowrap">
                <StatusBadge status={status} />
                {status === 'RUNNING' && percent(progress)}
              </Group>
            ),
          },
          {
            name: 'Samples',
            isNumber: true,
            text: ({ sampleCount }) => (sampleCount === null ? '–' : count(sampleCount)),
          },
          { name: 'Created', text: ({ createdAt }) => dateTime(createdAt) },
        ]}
        empty={
          <>
            No prediction yet. A prediction runs a model over all samples of a dataset version, and
            gives their labels as a table, to look at and as a file.
          </>
        }
      />
    </>
  );
}

function versionName({ dataset, number }: { dataset: { name: string }; number: number }): string {
  return `${dataset.name} v${number}`;
}
