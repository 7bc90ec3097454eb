import { SimpleGrid, Text, Title } from '@mantine/core';
import type { CopiedQuery } from '../../parts/copy-menu.tsx';
import { metric, words } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { encoderOfSet } from './encoder-of-set.ts';
import type { Effect } from './report.tsx';

/** What each value of each axis reaches, averaged over all the rest. */
export function Effects({ effects, query }: { effects: readonly Effect[]; query: CopiedQuery }) {
  const axes = new Map<string, Effect[]>();
  for (const effect of effects) {
    axes.set(effect.axis, [...(axes.get(effect.axis) ?? []), effect]);
  }
  const shown = [...axes].filter(([, values]) => values.length > 1);
  if (shown.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        What each axis does
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        mAP on validation, the mean over the complete cells that have the value.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {shown.map(([axis, values]) => (
          <PlainTable
            key={axis}
            head={[words(axis), 'mAP', 'Cells']}
            rows={values.map((effect) => [
              effectValue(effect),
              metric(effect.meanAveragePrecision),
              String(effect.numCells),
            ])}
            query={query}
          />
        ))}
      </SimpleGrid>
    </section>
  );
}

function effectValue(effect: Effect): string {
  if (effect.embeddingSet) return encoderOfSet(effect.embeddingSet);
  const variant = effect.head ?? effect.fusion ?? effect.loss ?? effect.optimizer;
  if (variant) return words(variant.kind);
  return String(effect.batchSize ?? effect.epochs ?? effect.mixup ?? '–');
}
