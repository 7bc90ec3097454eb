import { useQuery } from '@apollo/client/react';
import { Table, Text } from '@mantine/core';
import { metric, signed } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { AliasThresholdsDocument } from './model.generated.ts';

/** Thresholds of two versions that show as different numbers, the largest change first. */
export function ThresholdChanges({ from, to }: { from: string; to: string }) {
  const answer = useQuery(AliasThresholdsDocument, { variables: { from, to } });
  return (
    <QueryView answer={answer}>
      {({ from: before, to: after }) => {
        const later = new Map(after?.thresholds.map((each) => [each.label.key, each.threshold]));
        const changes = (before?.thresholds ?? [])
          .flatMap(({ label, threshold }) => {
            const next = later.get(label.key);
            return next === undefined || metric(next) === metric(threshold)
              ? []
              : [{ label, threshold, next }];
          })
          .sort((a, b) => Math.abs(b.next - b.threshold) - Math.abs(a.next - a.threshold));
        if (changes.length === 0)
          return <Text size="sm">No threshold of a common label changes.</Text>;
        return (
          <Table.ScrollContainer minWidth={300} maxHeight={220}>
            <Table stickyHeader verticalSpacing={2}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Threshold of</Table.Th>
                  <Table.Th ta="right">{from}</Table.Th>
                  <Table.Th ta="right">{to}</Table.Th>
                  <Table.Th ta="right">Change</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {changes.map(({ label, threshold, next }) => (
                  <Table.Tr key={label.key}>
                    <Table.Td>{label.name}</Table.Td>
                    <Table.Td ta="right">{metric(threshold)}</Table.Td>
                    <Table.Td ta="right">{metric(next)}</Table.Td>
                    <Table.Td ta="right">{signed(next - threshold)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        );
      }}
    </QueryView>
  );
}
