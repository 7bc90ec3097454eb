import { SimpleGrid, Table, Text, Title } from '@mantine/core';
import { metric, words } from '../../parts/format.ts';
import { encoderOfSet } from './encoder-of-set.ts';
import type { Effect } from './report.tsx';

/** What each value of each axis reaches, averaged over all the rest. */
export function Effects({ effects }: { effects: readonly Effect[] }) {
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
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {shown.map(([axis, values]) => (
          <Table key={axis}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words(axis)}</Table.Th>
                <Table.Th ta="right">mAP</Table.Th>
                <Table.Th ta="right">Cells</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {values.map((effect) => (
                <Table.Tr key={effectValue(effect)}>
                  <Table.Td>{effectValue(effect)}</Table.Td>
                  <Table.Td ta="right">{metric(effect.meanAveragePrecision)}</Table.Td>
                  <Table.Td ta="right">{effect.numCells}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
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
