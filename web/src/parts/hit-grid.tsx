import { Anchor, SimpleGrid, Text } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyNote } from './empty-note.tsx';
import { metric, percent } from './format.ts';
import { Photo } from './photo.tsx';

interface Hit {
  similarity: number;
  relevance: number | null;
  sample: { id: string; key: string; caption: string | null; thumbnailUrl: string | null };
}

/** What a search has found, as photos that lead to their samples. */
export function HitGrid({ datasetId, hits }: { datasetId: string; hits: readonly Hit[] }) {
  if (hits.length === 0) {
    return <EmptyNote>No sample of this version has what is searched.</EmptyNote>;
  }
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4, lg: 8 }} spacing="xs">
        {hits.map(({ sample, similarity, relevance }) => (
          <div key={sample.id}>
            <Photo url={sample.thumbnailUrl} alt={sample.caption ?? sample.key} />
            <Anchor
              component={Link}
              to={`/datasets/${datasetId}/samples/${sample.id}`}
              size="xs"
              truncate
              display="block"
              title={sample.caption ?? undefined}
            >
              {sample.caption ?? sample.key}
            </Anchor>
            <Text size="xs" c="dimmed" className="figures">
              {relevance === null
                ? `similarity ${metric(similarity)}`
                : `relevance ${percent(relevance)}`}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {hits[0]!.relevance !== null && (
        <Text size="xs" c="dimmed">
          Relevance: how many of a hundred matches this near would be right, had right and random
          ones been as many. The nearest of many samples has a high one even where none is right.
        </Text>
      )}
    </>
  );
}
