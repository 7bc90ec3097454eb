import { Group, Progress, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
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

/** Nothing comes after it. */
export const isOver = (status: Job['status']) =>
  status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED';

/** How far a job is, followed until it ends. */
export function JobProgress({
  job,
  name,
  isSettled = false,
  onEnd,
}: {
  job: Job;
  /** What it does, for those who cannot see the bar. */
  name: string;
  /** What is shown beside it knows the end of a job that is over when it is shown first. */
  isSettled?: boolean;
  /** Once it is over, also where it is when it is shown first: what stands on it may have been read before it was. */
  onEnd?: () => void;
}) {
  const [event, setEvent] = useState<JobEvent | null>(null);
  const isReadAsOver = isOver(job.status);
  useEvents(JobEventsDocument, {
    id: isReadAsOver ? null : job.id,
    eventOf: (data) => data.jobEvents,
    onEvent: (latest) => setEvent(latest),
  });
  const { status, progress, etaSeconds } = isReadAsOver ? job : (event ?? job);
  const hasEnded = isOver(status);
  const tell = useRef(onEnd);
  tell.current = onEnd;
  const [isKnown] = useState(isSettled && isReadAsOver);
  useEffect(() => {
    if (hasEnded && !isKnown) tell.current?.();
  }, [hasEnded, isKnown]);
  return (
    <Group wrap="nowrap" gap="sm" flex={1}>
      <StatusBadge status={status} />
      <Progress value={progress * 100} flex={1} miw={40} aria-label={`Progress of ${name}`} />
      <Text size="xs" c="dimmed" w={104} ta="right" className="figures">
        {status !== 'FAILED' && percent(progress)}
        {etaSeconds !== null && etaSeconds > 0 && `, ${duration(etaSeconds)}`}
      </Text>
    </Group>
  );
}
