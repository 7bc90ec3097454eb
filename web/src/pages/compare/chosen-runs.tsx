import { useQuery } from '@apollo/client/react';
import { ActionIcon, Anchor, Button, Group, Paper, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'react-router';
import type { LineLook } from '../../parts/run-colour.ts';
import { useAddress } from '../../parts/use-address.ts';
import { RunPickerDocument } from './compare.generated.ts';
import type { ComparedRun } from './use-compared.ts';

const MOST = 16;

/** Which runs are compared, in which looks, with which one as the baseline. */
export function ChosenRuns({
  runs,
  looks,
  base,
}: {
  runs: readonly ComparedRun[];
  looks: ReadonlyMap<string, LineLook>;
  base: ComparedRun | undefined;
}) {
  const address = useAddress();
  const ids = address.list('runs');
  return (
    <Group gap="xs" align="center">
      {runs.map((run) => (
        <Paper key={run.id} withBorder px="sm" py={4}>
          <Group gap={8} wrap="nowrap">
            <svg width="22" height="10" aria-hidden="true">
              <line
                x1="0"
                x2="22"
                y1="5"
                y2="5"
                stroke={looks.get(run.id)?.colour}
                strokeWidth="3"
                strokeDasharray={DASHES[looks.get(run.id)?.dash ?? 'solid']}
              />
            </svg>
            <Anchor component={Link} to={`/runs/${run.id}`} size="sm">
              {run.name}
            </Anchor>
            {run === base ? (
              <span style={{ fontSize: 12 }}>baseline</span>
            ) : (
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => address.set({ base: run.id }, false)}
                aria-label={`as baseline: ${run.name}`}
              >
                as baseline
              </Button>
            )}
            <ActionIcon
              size="xs"
              variant="subtle"
              color="gray"
              aria-label={`Take ${run.name} out`}
              onClick={() => address.set({ runs: ids.filter((id) => id !== run.id) })}
            >
              ×
            </ActionIcon>
          </Group>
        </Paper>
      ))}
      {ids.length < MOST && (
        <AddRun onAdd={(id) => address.set({ runs: [...ids.filter((each) => each !== id), id] })} />
      )}
    </Group>
  );
}

const DASHES = { solid: undefined, dashed: '6 4', dotted: '2 3' } as const;

function AddRun({ onAdd }: { onAdd: (id: string) => void }) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 250);
  const { data, previousData } = useQuery(RunPickerDocument, {
    variables: { text: search || null },
  });
  return (
    <Select
      size="xs"
      aria-label="Add a run"
      placeholder="Add a run"
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage="No run of that name"
      data={((data ?? previousData)?.runs.nodes ?? []).map(({ id, name }) => ({
        value: id,
        label: name,
      }))}
      value={null}
      onChange={(id) => {
        if (id === null) return;
        onAdd(id);
        setText('');
      }}
    />
  );
}
