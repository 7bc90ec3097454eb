import { Alert, Group, Stack, Table, Text } from '@mantine/core';
import { count, dateTime } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import type { ImportJobsQuery } from './datasets.generated.ts';

/** An import: how far it is, what it took in, and the rows that it did not, with the reasons. */
export function ImportCard({
  job,
  onEnd,
}: {
  job: ImportJobsQuery['jobs']['nodes'][number];
  onEnd: () => void;
}) {
  const report = job.importReport;
  return (
    <Stack gap={6}>
      <Group wrap="nowrap">
        <Text size="sm" w={170}>
          {dateTime(job.createdAt)}
        </Text>
        <JobProgress job={job} name="the import" onEnd={onEnd} />
      </Group>
      {job.error && (
        <Alert color="red" variant="light" title={job.error.code}>
          {job.error.message}
        </Alert>
      )}
      {report && (
        <Text size="sm" c="dimmed">
          {count(report.read)} rows read, {count(report.imported)} imported,{' '}
          {count(report.rejectedCount)} rejected
          {job.unchanged && ': nothing is new, so there is no new version'}
        </Text>
      )}
      {report && report.rejected.nodes.length > 0 && (
        <details>
          <summary>
            <Text span size="sm">
              Rejected rows
              {report.rejectedCount > report.rejected.nodes.length &&
                `, the first ${report.rejected.nodes.length}`}
            </Text>
          </summary>
          <Table.ScrollContainer minWidth={480} maxHeight={260}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Line</Table.Th>
                  <Table.Th>Key</Table.Th>
                  <Table.Th>Reason</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {report.rejected.nodes.map((row) => (
                  <Table.Tr key={row.line}>
                    <Table.Td>{row.line}</Table.Td>
                    <Table.Td>{row.key}</Table.Td>
                    <Table.Td>{row.reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </details>
      )}
    </Stack>
  );
}
