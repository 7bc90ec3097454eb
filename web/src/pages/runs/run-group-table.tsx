import { useQuery } from '@apollo/client/react';
import { Button, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { count, spread, words } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { RunLink } from '../../parts/run-link.tsx';
import type { useAddress } from '../../parts/use-address.ts';
import type { GroupField } from './group-choice.tsx';
import { GroupRuns } from './group-runs.tsx';
import {
  RunGroupsDocument,
  type RunGroupsQuery,
  type RunGroupsQueryVariables,
} from './runs.generated.ts';

type Address = ReturnType<typeof useAddress>;
type RunGroup = RunGroupsQuery['runGroups'][number];

const MEASURES = [
  ['meanAveragePrecision', 'mAP'],
  ['microF1', 'Micro-F1'],
  ['macroF1', 'Macro-F1'],
  ['samplesF1', 'Samples-F1'],
] as const;

/** Runs that have something in common as one line: mean ± deviation of what they reach. */
export function RunGroupTable({
  address,
  by,
  filter,
  choice,
}: {
  address: Address;
  by: readonly GroupField[];
  filter: RunGroupsQueryVariables['filter'];
  choice: RunGroupsQueryVariables['choice'];
}) {
  const variables = { by: [...by], filter: filter ?? null, choice };
  const answer = useQuery(RunGroupsDocument, { variables });
  return (
    <QueryView answer={answer}>
      {({ runGroups }) => (
        <Groups {...{ address, by, filter, choice, variables }} groups={runGroups} />
      )}
    </QueryView>
  );
}

function Groups({
  address,
  by,
  filter,
  choice,
  groups,
  variables,
}: {
  address: Address;
  by: readonly GroupField[];
  filter: RunGroupsQueryVariables['filter'];
  choice: RunGroupsQueryVariables['choice'];
  groups: readonly RunGroup[];
  variables: RunGroupsQueryVariables;
}) {
  const [measure] = MEASURES.find(([key]) => key === address.get('measure')) ?? MEASURES[0];
  const [open, setOpen] = useState<string | null>(null);
  const sorted = [...groups].sort((a, b) => (b[measure]?.mean ?? -1) - (a[measure]?.mean ?? -1));
  const names = by.flatMap((field) => namesOf(field));
  const head = [...names, 'Runs', 'Seeds', ...MEASURES.map(([, name]) => name)];
  const cells = (group: RunGroup) => [
    ...by.flatMap((field) => valuesOf(field, group.bestRun)),
    count(group.numRuns),
    count(group.numSeeds),
    ...MEASURES.map(([key]) => spread(group[key])),
  ];
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed" role="status">
          {count(groups.length)} groups; mean ± standard deviation over the runs of each
        </Text>
        <CopyMenu
          table={() => ({ head, rows: sorted.map(cells) })}
          query={{ document: RunGroupsDocument, variables }}
        />
      </Group>
      <Table.ScrollContainer minWidth={760}>
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {names.map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
              <Table.Th ta="right">Runs</Table.Th>
              <Table.Th ta="right">Seeds</Table.Th>
              {MEASURES.map(([key, name]) => (
                <Table.Th
                  key={key}
                  ta="right"
                  aria-sort={measure === key ? 'descending' : undefined}
                >
                  <UnstyledButton fw={650} fz="sm" onClick={() => address.set({ measure: key })}>
                    {name}
                    {measure === key && ' ↓'}
                  </UnstyledButton>
                </Table.Th>
              ))}
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map((group) => {
              const { id, name } = group.bestRun;
              const isOpen = open === id;
              const row = cells(group);
              return [
                <Table.Tr key={id}>
                  {row.map((text, at) => (
                    <Table.Td key={head[at]} ta={at < names.length ? 'left' : 'right'}>
                      {text}
                    </Table.Td>
                  ))}
                  <Table.Td ta="right">
                    <Group gap="xs" justify="flex-end" wrap="nowrap">
                      <RunLink runId={id}>best</RunLink>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-expanded={isOpen}
                        aria-label={`The runs of the group of ${name}`}
                        onClick={() => setOpen(isOpen ? null : id)}
                      >
                        {isOpen ? 'Close' : 'Runs'}
                      </Button>
                    </Group>
                  </Table.Td>
                </Table.Tr>,
                isOpen && (
                  <Table.Tr key={`${id} runs`}>
                    <Table.Td colSpan={row.length + 1}>
                      <GroupRuns
                        filter={{ ...filter, like: { runId: id, by: [...by] } }}
                        choice={choice}
                      />
                    </Table.Td>
                  </Table.Tr>
                ),
              ];
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

function namesOf(field: GroupField): string[] {
  return field === 'SETTINGS' ? ['Dataset', 'Head', 'Fusion', 'Loss', 'Optimizer'] : [words(field)];
}

function valuesOf(field: GroupField, run: RunGroup['bestRun']): string[] {
  const { head, fusion, loss, optimizer } = run.config;
  const dataset = `${run.dataset.name} v${run.datasetVersion.number}`;
  const kinds = [head, fusion, loss, optimizer].map(({ kind }) => words(kind));
  const values: Record<GroupField, string[]> = {
    SETTINGS: [dataset, ...kinds],
    HEAD: [kinds[0]!],
    FUSION: [kinds[1]!],
    LOSS: [kinds[2]!],
    OPTIMIZER: [kinds[3]!],
    DATASET_VERSION: [dataset],
    ENCODER: [run.encoder.name],
    SEED: [String(run.seed)],
  };
  return values[field];
}
