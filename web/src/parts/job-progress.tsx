import { Group, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { JobEventsDocument, type JobEventsSubscription } from '../api/job-events.generated.ts';
import { useEvents } from '../api/use-follow.ts';
import { duration, percent } from './format.ts';
import { StatusBadge } from './status-badge.tsx';

interface Job {
  id: string;
  status: 'CANCELLED' | 'FAILED' | 'PAUSED' | 'QUEUED' | 'RUNNING' | 'SUCCEEDED';
  progress: number;
  etaSeconds: number | null;
}

type JobEvent = JobEventsSubscription['jobEvents'];

const ENDS = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/** How far a job is, followed until it ends. */
export function JobProgress({
  job,
  name,
  onEnd,
}: {
  job: Job;
  /** What it does, for those who cannot see the bar. */
  name: string;
  onEnd?: () => void;
}) {
  const [event, setEvent] = useState<JobEvent | null>(null);
  const hasEnded = ENDS.includes(job.status);
  useEvents(JobEventsDocument, {
    id: hasEnded ? null : job.id,
    eventOf: (data) => data.jobEvents,
    onEvent: (latest) => {
      setEvent(latest);
      if (ENDS.includes(latest.status)) onEnd?.();
    },
  });
  const { status, progress, etaSeconds } = event ?? job;
  return (
    <Group wrap="nowrap" gap="sm" flex={1}>
      <StatusBadge status={status} />
      <Progress value={progress * 100} flex={1} miw={40} aria-label={`Progress of ${name}`} />
      <Text size="xs" c="dimmed" w={104} ta="right" className="figures">
        {percent(progress)}
        {etaSeconds !== null && etaSeconds > 0 && `, ${duration(etaSeconds)}`}
      </Text>
    </Group>
  );
}
