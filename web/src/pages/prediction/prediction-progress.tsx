import { Stack, Text } from '@mantine/core';
import { isOver, JobProgress } from '../../parts/job-progress.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import type { Batch } from './prediction-page.tsx';

/** Of the prediction, or of the embedding that it waits for. */
export function PredictionProgress({ batch, refetch }: { batch: Batch; refetch: () => void }) {
  if (batch.job) {
    return (
      <JobProgress
        key={batch.job.id}
        job={batch.job}
        name="the prediction"
        isSettled={isOver(batch.status)}
        onEnd={refetch}
      />
    );
  }
  // Where it is over already, it was not when the prediction was read.
  const embedding = batch.embeddingSet.job;
  if (!embedding || batch.status !== 'QUEUED') return <StatusBadge status={batch.status} />;
  return (
    <Stack gap="xs">
      <Text size="sm">The dataset version is embedded first:</Text>
      <JobProgress key={embedding.id} job={embedding} name="the embedding" onEnd={refetch} />
    </Stack>
  );
}
