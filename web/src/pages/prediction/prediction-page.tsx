import { useMutation, useQuery } from '@apollo/client/react';
import { Anchor, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link, useNavigate, useParams } from 'react-router';
import { ASKED_ANEW } from '../../api/client.ts';
import { useMay } from '../../api/viewer.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { bytes, countOf, dateTime, words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { EvaluationTable } from './evaluation-table.tsx';
import { ExportForm } from './export-form.tsx';
import { PredictedSamples } from './predicted-samples.tsx';
import {
  CancelPredictionDocument,
  DeletePredictionDocument,
  PredictionDocument,
  type PredictionQuery,
} from './prediction.generated.ts';
import { PredictionProgress } from './prediction-progress.tsx';

export type Batch = NonNullable<PredictionQuery['batchPrediction']>;

export function Component() {
  const { id = '' } = useParams();
  const answer = useQuery(PredictionDocument, { variables: { id }, context: ASKED_ANEW });
  const refetch = () => void answer.refetch();
  return (
    <QueryView answer={answer}>
      {({ batchPrediction: batch }) =>
        batch === null ? (
          <EmptyNote>There is no such prediction (any more).</EmptyNote>
        ) : (
          <BatchView batch={batch} refetch={refetch} />
        )
      }
    </QueryView>
  );
}

function BatchView({ batch, refetch }: { batch: Batch; refetch: () => void }) {
  const { datasetVersion: version } = batch;
  return (
    <>
      <PageTitle side={<Actions batch={batch} refetch={refetch} />}>
        {`${version.dataset.name} v${version.number} by ${batch.model}`}
      </PageTitle>
      <Stack>
        <Text size="sm" c="dimmed" component="div">
          <Anchor
            component={Link}
            to={`/datasets/${version.dataset.id}?version=${version.number}`}
            size="sm"
            underline="always"
          >
            {version.dataset.name}, version {version.number}
          </Anchor>
          {batch.splits.length < 3 && ` (${batch.splits.map(words).join(', ')})`}, thresholds:{' '}
          {batch.thresholds ?? "the model's own"}, {dateTime(batch.createdAt)}
          {batch.sampleCount !== null && `, ${countOf(batch.sampleCount, 'sample')} predicted`}
        </Text>
        {batch.error && <Text size="sm">{batch.error.message}</Text>}
        {batch.status === 'SUCCEEDED' ? (
          <>
            <ExportForm
              id={batch.id}
              labels={batch.predictions.nodes[0]?.scores.map(({ label }) => label) ?? []}
            />
            <EvaluationTable batch={batch} />
            <PredictedSamples batch={batch} />
          </>
        ) : (
          <PredictionProgress batch={batch} refetch={refetch} />
        )}
      </Stack>
    </>
  );
}

function Actions({ batch, refetch }: { batch: Batch; refetch: () => void }) {
  const mayEdit = useMay('EDITOR');
  const navigate = useNavigate();
  const [cancel] = useMutation(CancelPredictionDocument, { variables: { id: batch.id } });
  const [remove] = useMutation(DeletePredictionDocument, { variables: { id: batch.id } });
  if (!mayEdit) return null;
  return batch.status === 'QUEUED' || batch.status === 'RUNNING' ? (
    <ConfirmButton
      name="Cancel"
      size="xs"
      question="What it has predicted so far is not kept. An embedding that it waits for goes on."
      confirm="Cancel the prediction"
      onConfirm={async () => {
        await cancel();
        refetch();
      }}
    />
  ) : (
    <ConfirmButton
      name="Delete"
      size="xs"
      question="Its scores go for good; model and dataset stay. What that has freed is said afterwards."
      confirm="Delete the prediction"
      onConfirm={async () => {
        const { data } = await remove();
        notifications.show({
          message: `Deleted: ${bytes(data?.deleteBatchPrediction.freedBytes ?? 0)} freed.`,
        });
        await navigate('/predictions');
      }}
    />
  );
}
