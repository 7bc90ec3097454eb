import { Card, Group, SimpleGrid, Table, Text, Title } from '@mantine/core';
import { metric } from '../../parts/format.ts';
import classes from './scores.module.css';
import type { Answer } from './use-predictions.ts';

/** Every model's scores, the highest first, with the threshold of each label drawn across its bar. */
export function Scores({
  answers,
  truth,
}: {
  answers: readonly Answer[];
  /** Keys of the labels that a sample carries, where it is one whose labels are known. */
  truth: readonly string[] | null;
}) {
  return (
    <SimpleGrid cols={{ base: 1, lg: answers.length > 1 ? 2 : 1 }}>
      {answers.map((answer) => (
        <Card key={answer.model}>
          <Title order={2} size="h5" mb="xs">
            {answer.model}
          </Title>
          <ScoreTable answer={answer} truth={truth} />
        </Card>
      ))}
    </SimpleGrid>
  );
}

function ScoreTable({ answer, truth }: { answer: Answer; truth: readonly string[] | null }) {
  const rows = [...answer.scores].sort((a, b) => b.score - a.score);
  const alone = (scores: Answer['imageAlone'], key: string) =>
    metric(scores?.find(({ label }) => label.key === key)?.score);
  const hasParts = answer.imageAlone !== null || answer.textAlone !== null;
  return (
    <Table.ScrollContainer minWidth={360} maxHeight={520}>
      <Table stickyHeader verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Label</Table.Th>
            <Table.Th w="40%">Score and threshold</Table.Th>
            <Table.Th ta="right">Score</Table.Th>
            {hasParts && <Table.Th ta="right">Photo alone</Table.Th>}
            {hasParts && <Table.Th ta="right">Caption alone</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ label, score, threshold }) => {
            const isPredicted = score >= threshold;
            return (
              <Table.Tr key={label.key}>
                <Table.Td fw={isPredicted ? 650 : 400}>
                  <Group gap={6} wrap="nowrap">
                    {isPredicted ? '✓ ' : ''}
                    {label.name}
                    {truth?.includes(label.key) && (
                      <Text span size="xs" c="dimmed">
                        given
                      </Text>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <div className={classes.track} title={`Predicted from ${metric(threshold)} on`}>
                    <div
                      className={classes.bar}
                      data-predicted={isPredicted || undefined}
                      style={{ width: `${score * 100}%` }}
                    />
                    <div className={classes.threshold} style={{ left: `${threshold * 100}%` }} />
                  </div>
                </Table.Td>
                <Table.Td ta="right">{metric(score)}</Table.Td>
                {hasParts && <Table.Td ta="right">{alone(answer.imageAlone, label.key)}</Table.Td>}
                {hasParts && <Table.Td ta="right">{alone(answer.textAlone, label.key)}</Table.Td>}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
