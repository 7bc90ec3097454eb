import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/viewer.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { EmbedVersionDocument, VersionSetsDocument } from './dataset.generated.ts';

/** The vectors that encoders have made of a version, and the way to more. */
export function EmbeddingSets({ versionId }: { versionId: string }) {
  const mayEdit = useMay('EDITOR');
  const answer = useQuery(VersionSetsDocument, { variables: { id: versionId } });
  const [encoderId, setEncoder] = useState<string | null>(null);
  const [embed, { loading, error }] = useMutation(EmbedVersionDocument);
  const start = async () => {
    await embed({ variables: { id: versionId, encoderId: encoderId! } }).then(
      () => answer.refetch(),
      () => {},
    );
  };
  return (
    <QueryView answer={answer}>
      {({ datasetVersion, encoders }) => (
        <Stack>
          {mayEdit && (
            <Group align="flex-end">
              <Select
                label="Encoder"
                size="xs"
                placeholder="choose"
                data={encoders
                  .filter(({ status }) => status === 'READY' || status === 'BUILT_IN')
                  .map(({ id, name }) => ({ value: id, label: name }))}
                value={encoderId}
                onChange={setEncoder}
              />
              <Button size="xs" onClick={start} loading={loading} disabled={encoderId === null}>
                Embed
              </Button>
              <Text size="xs" c="dimmed">
                A run embeds first what is not embedded yet; this does it ahead.
              </Text>
            </Group>
          )}
          {error && <ProblemNote error={error} />}
          {datasetVersion?.embeddingSets.length === 0 && (
            <EmptyNote>No encoder has embedded this version yet.</EmptyNote>
          )}
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Encoder</Table.Th>
                <Table.Th>Precision</Table.Th>
                <Table.Th ta="right">Photos</Table.Th>
                <Table.Th ta="right">Captions</Table.Th>
                <Table.Th ta="right">Computed</Table.Th>
                <Table.Th ta="right">Reused</Table.Th>
                <Table.Th w={260}>Status</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {datasetVersion?.embeddingSets.map((set) => (
                <Table.Tr key={set.id}>
                  <Table.Td>{set.encoder.name}</Table.Td>
                  <Table.Td>{set.precision}</Table.Td>
                  <Table.Td ta="right">{count(set.imageCount)}</Table.Td>
                  <Table.Td ta="right">{count(set.textCount)}</Table.Td>
                  <Table.Td ta="right">{count(set.computedCount)}</Table.Td>
                  <Table.Td ta="right">{count(set.reusedCount)}</Table.Td>
                  <Table.Td>
                    {set.job && (set.status === 'RUNNING' || set.status === 'QUEUED') ? (
                      <JobProgress
                        job={set.job}
                        name={`the embedding by ${set.encoder.name}`}
                        onEnd={() => void answer.refetch()}
                      />
                    ) : (
                      <StatusBadge status={set.status} />
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Stack>
      )}
    </QueryView>
  );
}
