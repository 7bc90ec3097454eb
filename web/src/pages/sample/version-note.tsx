import { useQuery } from '@apollo/client/react';
import { Alert, Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { SampleInLatestDocument } from './sample.generated.ts';
import type { Dataset, Sample } from './sample-page.tsx';

/** Which version the page shows; that of an older one leads to the sample as it is now. */
export function VersionNote({ dataset, sample }: { dataset: Dataset; sample: Sample }) {
  const { number } = sample.datasetVersion;
  const latest = dataset.latestVersion?.number ?? number;
  const isLatest = latest === number;
  const { data } = useQuery(SampleInLatestDocument, {
    variables: { id: sample.id, version: latest },
    skip: isLatest,
  });
  if (isLatest) {
    return (
      <Text size="sm" c="dimmed">
        Version {number}, the latest
      </Text>
    );
  }
  return (
    <Alert color="orange" variant="light" title={`This is version ${number}`}>
      The latest version is {latest}
      {data?.sample && (
        <>
          :{' '}
          <Anchor
            component={Link}
            to={`/datasets/${dataset.id}/samples/${data.sample.id}`}
            inherit
            underline="always"
          >
            this sample in version {latest}
          </Anchor>
        </>
      )}
      {data?.sample === null && ', which is without this sample'}.
    </Alert>
  );
}
