import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { JobProgress } from '../../parts/job-progress.tsx';
import { taskName } from '../../parts/task-name.ts';
import type { OverviewQuery } from './overview.generated.ts';

export function WaitingJobs({
  jobs,
  onEnd,
}: {
  jobs: OverviewQuery['jobs']['nodes'];
  onEnd: () => void;
}) {
  return (
    <Card>
      <Title order={2} size="h4" mb="sm">
        Under way
      </Title>
      <Stack gap="xs">
        {jobs.map((job) => (
          <Group key={job.id} wrap="nowrap">
            <Text size="sm" w={120}>
              {taskName(job.task)}
            </Text>
            <JobProgress job={job} name={taskName(job.task)} onEnd={onEnd} />
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
