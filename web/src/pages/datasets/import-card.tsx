import { Alert, Badge, Group, Stack, Text } from '@mantine/core';
import { count, dateTime } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import type { ImportJobsQuery } from './datasets.generated.ts';
import { RejectedRows } from './rejected-rows.tsx';

/** An import: how far it is, what it took in, and the rows that it did not, with the reasons. */
export function ImportCard({
  job,
  onEnd,
}: {
  job: ImportJobsQuery['jobs']['nodes'][number];
  onEnd: () => void;
}) {
  const report = job.importReport;
  // The answer of an import that was to find out whether a dataset is the same.
  const isOther = job.error?.code === 'CONFLICT';
  return (
    <Stack gap={6}>
      <Group wrap="nowrap">
        <Text size="sm" w={170}>
          {job.dataset && (
            <Text span inherit fw={600} display="block">
              {job.dataset.name}
            </Text>
          )}
          {dateTime(job.createdAt)}
        </Text>
        {isOther ? (
          <Badge color="gray.7">Not the same</Badge>
        ) : (
          <JobProgress job={job} name="the import" isSettled onEnd={onEnd} />
        )}
      </Group>
      {job.error && (
        <Alert
          color={isOther ? 'gray' : 'red'}
          variant="light"
          title={isOther ? undefined : job.error.code}
        >
          {job.error.message}
        </Alert>
      )}
      {report && (
        <Text size="sm" c="dimmed">
          {count(report.read)} rows read
          {!job.error && `, ${count(report.imported)} imported`}, {count(report.rejectedCount)}{' '}
          rejected
          {job.unchanged
            ? ': nothing is new, so there is no new version'
            : job.datasetVersion?.note &&
              `: in version ${job.datasetVersion.number}, ${job.datasetVersion.note}`}
        </Text>
      )}
      {report && <RejectedRows rows={report.rejected.nodes} rejectedCount={report.rejectedCount} />}
    </Stack>
  );
}
