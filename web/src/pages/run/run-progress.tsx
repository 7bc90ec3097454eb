import { Group, Progress, Text } from '@mantine/core';
import { duration, secondsBetween } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import type { RunDetails } from './run-page.tsx';

/** Of the training, or of the embedding that it waits for. The bar keeps its place, so that nothing below moves. */
export function RunProgress({ run, refetch }: { run: RunDetails; refetch: () => void }) {
  const embedding = awaitedEmbedding(run);
  if (embedding) {
    return (
      <Group wrap="nowrap" className="figures">
        <Text size="sm">Waiting for the embeddings</Text>
        <JobProgress
          key={embedding.id}
          job={embedding}
          name="the embedding that the run waits for"
          onEnd={refetch}
        />
      </Group>
    );
  }
  return (
    <Group wrap="nowrap" className="figures">
      <Progress
        flex={1}
        value={(run.status === 'SUCCEEDED' ? 1 : run.progress) * 100}
        aria-label="Progress of the training"
      />
      <Text size="sm" c="dimmed" miw={220} ta="right">
        {epochsOf(run)}
        {run.status === 'RUNNING' && run.etaSeconds !== null
          ? `, about ${duration(run.etaSeconds)} left`
          : run.finishedAt && `, took ${duration(secondsBetween(run.startedAt, run.finishedAt))}`}
      </Text>
    </Group>
  );
}

function awaitedEmbedding({ status, embeddingSet }: RunDetails) {
  if (status !== 'QUEUED') return null;
  const isUnderWay = embeddingSet.status === 'QUEUED' || embeddingSet.status === 'RUNNING';
  return isUnderWay ? embeddingSet.job : null;
}

function epochsOf({ status, epoch, epochs, bestEpoch }: RunDetails): string {
  const isEarly = status === 'SUCCEEDED' && epoch < epochs;
  const best = status === 'SUCCEEDED' && bestEpoch !== null ? `, best epoch ${bestEpoch}` : '';
  return `${isEarly ? 'stopped early at ' : ''}epoch ${epoch} of ${epochs}${best}`;
}
