import { Anchor, Card, SimpleGrid, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { count } from '../../parts/format.ts';
import { Photo } from '../../parts/photo.tsx';
import type { Comparison } from './pair-comparison.tsx';

/** Samples on which one of the two alone is right. */
export function FlippedSamples({
  comparison,
  datasetId,
  name,
}: {
  comparison: Comparison;
  datasetId: string;
  name: string;
}) {
  if (comparison.samples.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        Samples that are decided differently
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {count(comparison.numDiffering)} samples; here are those with the most such decisions. Right
        with {name} alone: +, wrong with it alone: −.
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 3, md: 5, lg: 8 }} spacing="xs">
        {comparison.samples.map(({ sample, gained, lost }) => (
          <Card key={sample.id} padding={6}>
            <Card.Section>
              <Photo url={sample.thumbnailUrl} alt={sample.caption ?? sample.key} />
            </Card.Section>
            {gained.length > 0 && (
              <Text size="xs">+ {gained.map((label) => label.name).join(', ')}</Text>
            )}
            {lost.length > 0 && (
              <Text size="xs">− {lost.map((label) => label.name).join(', ')}</Text>
            )}
            <Anchor
              component={Link}
              to={`/datasets/${datasetId}/samples/${sample.id}`}
              size="xs"
              truncate
            >
              {sample.key}
            </Anchor>
          </Card>
        ))}
      </SimpleGrid>
    </div>
  );
}
