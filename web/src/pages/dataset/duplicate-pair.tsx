import { Anchor, Badge, Card, Group, SimpleGrid, Text } from '@mantine/core';
import { Link } from 'react-router';
import { metric, words } from '../../parts/format.ts';
import { Photo } from '../../parts/photo.tsx';
import type { DuplicatesQuery } from './duplicates.generated.ts';

type Pair = DuplicatesQuery['duplicates']['nodes'][number];

export function DuplicatePair({ pair, datasetId }: { pair: Pair; datasetId: string }) {
  return (
    <Card padding="sm">
      <Group gap="xs" mb="xs">
        <Text size="sm" className="figures">
          Similarity {metric(pair.similarity)}
        </Text>
        {pair.isExact && <Badge variant="default">The very same file</Badge>}
        {pair.acrossSplits && (
          <Badge color="red.9" variant="filled" title="What is tested has been seen in training">
            In different splits
          </Badge>
        )}
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {[pair.a, pair.b].map((sample) => (
          <Group key={sample.id} wrap="nowrap" align="flex-start">
            <div style={{ width: 128, flexShrink: 0 }}>
              <Photo url={sample.thumbnailUrl} alt={sample.caption ?? sample.key} />
            </div>
            <div style={{ minWidth: 0 }}>
              <Anchor
                component={Link}
                to={`/datasets/${datasetId}/samples/${sample.id}`}
                size="sm"
                truncate
                display="block"
              >
                {sample.key}
              </Anchor>
              <Text size="xs" fw={600}>
                {words(sample.split)}
              </Text>
              <Text size="xs" lineClamp={2}>
                {sample.caption}
              </Text>
              <Text size="xs" c="dimmed">
                {sample.labels === null
                  ? 'labels unknown'
                  : sample.labels.map(({ name }) => name).join(', ') || 'no label'}
              </Text>
            </div>
          </Group>
        ))}
      </SimpleGrid>
    </Card>
  );
}
