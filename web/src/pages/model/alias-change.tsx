import { Alert, Stack, Table, Text } from '@mantine/core';
import { metric, signed } from '../../parts/format.ts';
import type { Version } from './model-page.tsx';
import { ThresholdChanges } from './threshold-changes.tsx';

const METRICS = [
  ['meanAveragePrecision', 'mAP'],
  ['microF1', 'Micro-F1'],
  ['macroF1', 'Macro-F1'],
  ['samplesF1', 'Samples-F1'],
] as const;

/** What those who predict by the alias get instead. */
export function AliasChange({
  model,
  from,
  to,
}: {
  /** Its name. */
  model: string;
  from: Version;
  to: Version;
}) {
  const before = new Set(from.labels.map(({ key }) => key));
  const after = new Set(to.labels.map(({ key }) => key));
  const added = to.labels.filter(({ key }) => !before.has(key));
  const removed = from.labels.filter(({ key }) => !after.has(key));
  const isReordered =
    added.length === 0 &&
    removed.length === 0 &&
    from.labels.some(({ key }, at) => to.labels[at]?.key !== key);
  const data = (version: Version) =>
    version.runs.map(({ datasetVersion }) => datasetVersion.id).join();
  return (
    <Stack gap="xs">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>On test samples</Table.Th>
            <Table.Th ta="right">Version {from.number}</Table.Th>
            <Table.Th ta="right">Version {to.number}</Table.Th>
            <Table.Th ta="right">Change</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {METRICS.map(([key, name]) => {
            const [a, b] = [from.metrics?.[key] ?? null, to.metrics?.[key] ?? null];
            return (
              <Table.Tr key={key}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{metric(a)}</Table.Td>
                <Table.Td ta="right">{metric(b)}</Table.Td>
                <Table.Td ta="right">{a === null || b === null ? '–' : signed(b - a)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {data(from) !== data(to) && (
        <Text size="sm">
          The two were tested on different dataset versions: the figures do not compare.
        </Text>
      )}
      {from.encoder.id !== to.encoder.id && (
        <Text size="sm">
          The encoder changes from {from.encoder.name} to {to.encoder.name}.
        </Text>
      )}
      {(added.length > 0 || removed.length > 0 || isReordered) && (
        <Alert color="orange" variant="light" title="The labels change">
          {added.length > 0 && <div>Added: {added.map(({ name }) => name).join(', ')}</div>}
          {removed.length > 0 && <div>Gone: {removed.map(({ name }) => name).join(', ')}</div>}
          {isReordered && <div>The same labels stand in another order.</div>}
        </Alert>
      )}
      <ThresholdChanges from={`${model}/${from.number}`} to={`${model}/${to.number}`} />
    </Stack>
  );
}
