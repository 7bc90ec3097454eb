import { useQuery } from '@apollo/client/react';
import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { ASKED_ANEW } from '../../api/client.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { JobProgress } from '../../parts/job-progress.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { LatestImportDocument } from './dataset.generated.ts';

/** Of a dataset without a version: how far the import is that is to make its first. */
export function FirstImport({ datasetId, onEnd }: { datasetId: string; onEnd: () => void }) {
  const answer = useQuery(LatestImportDocument, { variables: { datasetId }, context: ASKED_ANEW });
  const end = () => {
    onEnd();
    void answer.refetch();
  };
  return (
    <QueryView answer={answer}>
      {({ jobs: { nodes } }) => {
        const job = nodes[0];
        if (!job) return <EmptyNote>It has no version, and no import that makes one.</EmptyNote>;
        return (
          <Stack gap="xs">
            <Text size="sm">
              Its first import; the page{' '}
              <Anchor component={Link} to="/datasets" size="sm" underline="always">
                Datasets
              </Anchor>{' '}
              lists rows that are rejected.
            </Text>
            <JobProgress key={job.id} job={job} name="the first import" onEnd={end} />
            {job.error && (
              <Alert color="red" variant="light" title={job.error.code}>
                {job.error.message}
              </Alert>
            )}
          </Stack>
        );
      }}
    </QueryView>
  );
}
