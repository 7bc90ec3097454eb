import { Card, Table, Text } from '@mantine/core';
import { metric, percent } from '../../parts/format.ts';
import classes from './scores.module.css';
import type { ZeroShotQuery } from './zero-shot.generated.ts';

type Score = ZeroShotQuery['zeroShot'][number]['scores'][number];

/** The nearest label first. */
export function ZeroShotScores({ scores }: { scores: readonly Score[] }) {
  const rows = [...scores].sort((a, b) => b.relevance - a.relevance);
  return (
    <Card>
      <Text size="sm" c="dimmed" mb="xs">
        Relevance is of each label alone: how much nearer it is than 'something', which has 50 %.
        The share is of one among these labels: all shares add up to 100 %, even if none fits.
      </Text>
      <Table.ScrollContainer minWidth={420}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Label</Table.Th>
              <Table.Th w="35%">From 0 to 100 %</Table.Th>
              <Table.Th ta="right">Relevance</Table.Th>
              <Table.Th ta="right">Share</Table.Th>
              <Table.Th ta="right">Similarity</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ name, relevance, share, similarity }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={relevance > 0.5 ? 650 : 400}>
                  {name}
                </Table.Th>
                <Table.Td>
                  <div className={classes.track}>
                    <div
                      className={classes.bar}
                      data-predicted={relevance > 0.5 || undefined}
                      style={{ width: `${relevance * 100}%` }}
                    />
                    <div className={classes.threshold} style={{ left: '50%' }} />
                  </div>
                </Table.Td>
                <Table.Td ta="right">{percent(relevance)}</Table.Td>
                <Table.Td ta="right">{percent(share)}</Table.Td>
                <Table.Td ta="right">{metric(similarity)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
