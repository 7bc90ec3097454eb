import { Alert, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { dateTime } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import type { EncodersQuery } from './encoders.generated.ts';

type Addition = EncodersQuery['additions']['nodes'][number];

/**
 * Folders that are being added, those that could not be, which are not among the encoders, and those of which files were left
 * out: of each folder the latest addition.
 */
export function Additions({
  jobs,
  encoders,
  onEnd,
}: {
  /** The latest first. */
  jobs: readonly Addition[];
  encoders: EncodersQuery['encoders'];
  onEnd: () => void;
}) {
  const isReady = (id: string | null) =>
    encoders.some((encoder) => encoder.id === id && encoder.status === 'READY');
  const latest = jobs.filter(
    ({ encoderId }, index) => jobs.findIndex((each) => each.encoderId === encoderId) === index,
  );
  const shown = latest.filter(
    ({ encoderId, status, leftOut }) =>
      status !== 'CANCELLED' &&
      (status !== 'SUCCEEDED' || (leftOut.length > 0 && isReady(encoderId))),
  );
  // Their encoders have gone since, or came after the encoders were read: asked once more, that is known.
  const missing = latest
    .filter(({ encoderId, status }) => status === 'SUCCEEDED' && !isReady(encoderId))
    .map(({ id }) => id)
    .join();
  const tell = useRef(onEnd);
  tell.current = onEnd;
  useEffect(() => {
    if (missing !== '') tell.current();
  }, [missing]);
  return (
    <Stack gap="xs" mb={shown.length > 0 ? 'md' : 0}>
      {shown.map((job) => (
        <Stack key={job.id} gap={6}>
          <Group wrap="nowrap">
            <Text size="sm" w={320} style={{ overflowWrap: 'anywhere' }}>
              {folderName(job)}, added from a folder, {dateTime(job.createdAt)}
            </Text>
            <JobProgress
              job={job}
              name={`the addition of ${folderName(job)}`}
              isSettled
              onEnd={onEnd}
            />
          </Group>
          {job.error && (
            <Alert color="red" variant="light" title={job.error.code}>
              {job.error.message}
            </Alert>
          )}
          {job.leftOut.length > 0 && (
            <Alert color="orange" variant="light" title="Files that cannot be used were left out">
              {job.leftOut.map((problem) => (
                <Text key={problem} size="sm">
                  {problem}
                </Text>
              ))}
            </Alert>
          )}
        </Stack>
      ))}
    </Stack>
  );
}

/** What an encoder's id has behind `local/`. */
function folderName({ encoderId }: Addition): string {
  return encoderId?.replace(/^local\//, '') ?? '';
}
