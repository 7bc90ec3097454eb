import { ActionIcon, Anchor, Button, Group, Paper, Skeleton } from '@mantine/core';
import { type ComparedRun, MOST_COMPARED } from '../../api/compared-runs.ts';
import { Later } from '../../parts/later.tsx';
import type { LineLook } from '../../parts/run-colour.ts';
import { RunLink } from '../../parts/run-link.tsx';
import { RunSelect } from '../../parts/run-select.tsx';
import { useAddress } from '../../parts/use-address.ts';

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
            <Anchor component={RunLink} runId={run.id} size="sm">
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
      {ids.length < MOST_COMPARED && (
        <Later meanwhile={<Skeleton h={30} w={190} />}>
          <RunSelect
            key={ids.length}
            aria-label="Add a run"
            placeholder="Add a run"
            value={null}
            onChange={(id) =>
              id !== null && address.set({ runs: [...ids.filter((each) => each !== id), id] })
            }
          />
        </Later>
      )}
    </Group>
  );
}

const DASHES = { solid: undefined, dashed: '6 4', dotted: '2 3' } as const;
