import { Anchor, Badge, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { ErrorBadge } from '../../parts/error-kind.tsx';
import { metric, words } from '../../parts/format.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Photo } from '../../parts/photo.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { PredictedSamplesDocument, type PredictedSamplesQuery } from './prediction.generated.ts';
import type { Batch } from './prediction-page.tsx';

type Row = NonNullable<PredictedSamplesQuery['batchPrediction']>['predictions']['nodes'][number];

const PAGE = 50;

/** Every sample with what is predicted for it, beside what it carries. */
export function PredictedSamples({ batch }: { batch: Batch }) {
  const pages = usePages(
    PredictedSamplesDocument,
    { id: batch.id, first: PAGE },
    (data) => data.batchPrediction?.predictions,
  );
  return (
    <Stack>
      {pages.error !== null && <ProblemNote error={pages.error} retry={pages.reload} />}
      {pages.nodes.length === 0 && !pages.isLoading && pages.error === null && (
        <EmptyNote>No sample has what the model needs, a photo, a caption or both.</EmptyNote>
      )}
      {pages.nodes.length > 0 && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={96}>Photo</Table.Th>
                <Table.Th>Sample</Table.Th>
                <Table.Th>Predicted, with its score</Table.Th>
                <Table.Th>Given, not predicted</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.nodes.map((row) => (
                <PredictedRow
                  key={row.sample.id}
                  row={row}
                  datasetId={batch.datasetVersion.dataset.id}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton pages={pages} />
    </Stack>
  );
}

function PredictedRow({ row: { sample, labels }, datasetId }: { row: Row; datasetId: string }) {
  const carried = sample.labels && new Set(sample.labels.map(({ key }) => key));
  const unknown = new Set(sample.unknownLabels.map(({ key }) => key));
  const predicted = new Set(labels.map(({ label }) => label.key));
  const missed = sample.labels?.filter(({ key }) => !predicted.has(key)) ?? [];
  return (
    <Table.Tr>
      <Table.Td>
        <Photo url={sample.thumbnailUrl} alt={sample.caption ?? sample.key} />
      </Table.Td>
      <Table.Td maw={320}>
        <Text size="sm" lineClamp={2}>
          {sample.caption}
        </Text>
        <Anchor component={Link} to={`/datasets/${datasetId}/samples/${sample.id}`} size="xs">
          {sample.key}
        </Anchor>{' '}
        <Text size="xs" c="dimmed" span>
          {words(sample.split)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {labels.map(({ label, score }) => {
            const isWrong = carried !== null && !carried.has(label.key) && !unknown.has(label.key);
            const text = `${label.name} ${metric(score)}`;
            return isWrong ? (
              <ErrorBadge
                key={label.key}
                kind="FALSE_POSITIVE"
                labels={text}
                title="Predicted, not given"
              />
            ) : (
              <Badge key={label.key} size="sm" tt="none" variant="default">
                {text}
              </Badge>
            );
          })}
          {labels.length === 0 && (
            <Text size="xs" c="dimmed">
              none
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm">
          {carried === null ? 'labels unknown' : missed.map(({ name }) => name).join(', ')}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
