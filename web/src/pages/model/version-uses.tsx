import { useQuery } from '@apollo/client/react';
import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { dateTime } from '../../parts/format.ts';
import { ModelPredictionsDocument } from './model.generated.ts';

/** Where a version goes: the predictions of whole dataset versions among the latest 200. */
export function VersionUses({ reference }: { reference: string }) {
  const { data } = useQuery(ModelPredictionsDocument);
  const uses = data?.batchPredictions.nodes.filter(({ model }) => model === reference) ?? [];
  if (uses.length === 0) return null;
  return (
    <Text size="sm" component="div">
      Has predicted{' '}
      {uses.map(({ id, createdAt, datasetVersion: { number, dataset } }, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <Anchor component={Link} to={`/predictions/${id}`} size="sm" underline="always">
            {dataset.name} v{number}
          </Anchor>{' '}
          <Text span size="xs" c="dimmed">
            {dateTime(createdAt)}
          </Text>
        </span>
      ))}
    </Text>
  );
}
