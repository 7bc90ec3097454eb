import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { ASKED_ANEW } from '../../api/client.ts';
import { useMay } from '../../api/viewer.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { isThere } from '../../parts/encoder-is-there.ts';
import { count } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import {
  EmbedVersionDocument,
  VersionSetsDocument,
  type VersionSetsQuery,
} from './dataset.generated.ts';

/** The vectors that encoders have made of a version, and the way to more. */
export function EmbeddingSets({
  versionId,
  without = 'No encoder has embedded this version yet.',
}: {
  versionId: string;
  /** What is said where none is complete. */
  without?: string;
}) {
  const mayEdit = useMay('EDITOR');
  const answer = useQuery(VersionSetsDocument, {
    variables: { id: versionId },
    context: ASKED_ANEW,
  });
  const [encoderId, setEncoder] = useState<string | null>(null);
  const [embed, { loading, error }] = useMutation(EmbedVersionDocument);
  const start = async (by: string) => {
    await embed({ variables: { id: versionId, encoderId: by } }).then(
      () => answer.refetch(),
      () => {},
    );
    setEncoder(null);
  };
  return (
    <QueryView answer={answer}>
      {({ datasetVersion, encoders }) => {
        const sets = datasetVersion?.embeddingSets ?? [];
        const usable = encoders.filter(isThere);
        const chosen = encoderId ?? likelyEncoder(datasetVersion, usable);
        return (
          <Stack>
            {!sets.some(({ status }) => status === 'SUCCEEDED') && <EmptyNote>{without}</EmptyNote>}
            {mayEdit && (
              <Group align="flex-end">
                <Select
                  label="Encoder"
                  size="xs"
                  placeholder="choose"
                  data={usable.map(({ id, name }) => ({ value: id, label: name }))}
                  value={chosen}
                  onChange={setEncoder}
                />
                <Button
                  size="xs"
                  onClick={() => chosen && start(chosen)}
                  loading={loading}
                  disabled={chosen === null}
                >
                  Embed
                </Button>
                <Text size="xs" c="dimmed">
                  A run embeds first what is not embedded yet; this does it ahead. What an encoder
                  has embedded before, of another version too, is not computed again: after an edit
                  that is quick.
                </Text>
              </Group>
            )}
            {error && <ProblemNote error={error} />}
            {sets.length > 0 && (
              <Table.ScrollContainer minWidth={720}>
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
                    {sets.map((set) => (
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
              </Table.ScrollContainer>
            )}
          </Stack>
        );
      }}
    </QueryView>
  );
}

/** One that has not embedded this version yet, at best one that has embedded another. */
function likelyEncoder(
  version: VersionSetsQuery['datasetVersion'],
  usable: VersionSetsQuery['encoders'],
): string | null {
  const idsOf = (sets: readonly { encoder: { id: string } }[]) =>
    sets.map(({ encoder }) => encoder.id);
  const here = idsOf(
    version?.embeddingSets.filter(({ status }) => status !== 'FAILED' && status !== 'CANCELLED') ??
      [],
  );
  const elsewhere = idsOf(
    version?.dataset.versions.nodes
      .flatMap((each) => each.embeddingSets)
      .filter(({ status }) => status === 'SUCCEEDED') ?? [],
  );
  const left = usable.filter(({ id }) => !here.includes(id));
  return (left.find(({ id }) => elsewhere.includes(id)) ?? left[0])?.id ?? null;
}
