import { useQuery } from '@apollo/client/react';
import { Box, Group, Stack } from '@mantine/core';
import type { CopiedQuery } from '../../parts/copy-menu.tsx';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { LabelFiguresTable } from '../../parts/label-figures.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { ThresholdWarnings } from '../../parts/threshold-warnings.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { LabelPanel } from './label-panel.tsx';
import { RunLabelsDocument, type RunLabelsQuery } from './run.generated.ts';
import type { RunDetails } from './run-page.tsx';
import { SplitSwitch, useSplit } from './split-switch.tsx';

type Labels = NonNullable<RunLabelsQuery['run']>['labelMetrics'];
export type Reliability = NonNullable<
  NonNullable<RunLabelsQuery['run']>['evaluation']
>['reliability'][number];

/** Every label with its figures at the run's threshold; the chosen one with what other thresholds would make of it. */
export function LabelTable({ run }: { run: RunDetails }) {
  const { id } = run;
  const split = useSplit();
  const answer = useQuery(RunLabelsDocument, { variables: { id, split } });
  return (
    <Stack>
      <Group justify="space-between">
        <SplitSwitch />
      </Group>
      <QueryView answer={answer}>
        {({ run: found }) =>
          found === null || found.labelMetrics.length === 0 ? (
            <EmptyNote>This split has no labelled sample, so there are no figures.</EmptyNote>
          ) : (
            <>
              <ThresholdWarnings
                warnings={found.thresholdWarnings}
                kind={run.config.thresholds.kind}
              />
              <Labels
                run={run}
                rows={found.labelMetrics}
                reliability={found.evaluation?.reliability ?? []}
                query={{ document: RunLabelsDocument, variables: { id, split } }}
              />
            </>
          )
        }
      </QueryView>
    </Stack>
  );
}

function Labels({
  run,
  rows,
  reliability,
  query,
}: {
  run: RunDetails;
  rows: Labels;
  reliability: readonly Reliability[];
  query: CopiedQuery;
}) {
  const address = useAddress();
  const chosen = rows.find(({ label }) => label.key === address.get('label'));
  return (
    <Group align="flex-start" wrap="wrap">
      <Box flex={3} miw={320}>
        <LabelFiguresTable
          note="Choose a label to see other thresholds and its calibration."
          rows={rows}
          query={query}
          chosen={chosen?.label.key}
          onChoose={(label) => address.set({ label }, false)}
        />
      </Box>
      {chosen && (
        <LabelPanel
          key={chosen.label.key}
          run={run}
          row={chosen}
          reliability={reliability.find(({ label }) => label.index === chosen.label.index)}
        />
      )}
    </Group>
  );
}
