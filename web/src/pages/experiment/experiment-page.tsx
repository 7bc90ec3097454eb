import { useQuery } from '@apollo/client/react';
import { Alert, Anchor, Group, Progress, Stack, Tabs, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useEvents } from '../../api/use-follow.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, percent, words } from '../../parts/format.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { CellRunTable } from './cell-run-table.tsx';
import { encoderOfSet } from './encoder-of-set.ts';
import {
  ExperimentDocument,
  ExperimentEventsDocument,
  type ExperimentQuery,
} from './experiment.generated.ts';
import { ExperimentActions } from './experiment-actions.tsx';
import { FusedAgainstSingle } from './fused-against-single.tsx';
import { Report } from './report.tsx';

export type ExperimentDetails = NonNullable<ExperimentQuery['experiment']>;

export function Component() {
  const { id = '' } = useParams();
  const answer = useQuery(ExperimentDocument, { variables: { id } });
  return (
    <QueryView answer={answer}>
      {({ experiment }) =>
        experiment === null ? (
          <EmptyNote>There is no such experiment (any more).</EmptyNote>
        ) : (
          <ExperimentView key={id} experiment={experiment} />
        )
      }
    </QueryView>
  );
}

function ExperimentView({ experiment }: { experiment: ExperimentDetails }) {
  const address = useAddress();
  const [numEnded, setEnded] = useState(0);
  useEvents(ExperimentEventsDocument, {
    id: experiment.id,
    eventOf: (data) => data.experimentEvents,
    onEvent: ({ experiment: state }) => setEnded(state.numSucceeded + state.numFailed),
  });
  const tab = address.get('tab') || 'report';
  return (
    <>
      <PageTitle side={<ExperimentActions experiment={experiment} />}>{experiment.name}</PageTitle>
      <Stack gap="sm" mb="md">
        <Group gap="sm">
          <StatusBadge status={experiment.status} />
          <Text size="sm">
            {words(experiment.search.kind)} search ·{' '}
            <Anchor
              component={Link}
              to={`/datasets/${experiment.dataset.id}`}
              size="sm"
              underline="always"
            >
              {experiment.dataset.name} v{experiment.datasetVersion.number}
            </Anchor>{' '}
            · {experiment.embeddingSets.map(encoderOfSet).join(', ')} · seeds{' '}
            {experiment.seeds.join(', ')}
            {experiment.folds && ` · ${experiment.folds.count} folds`}
          </Text>
        </Group>
        <Group wrap="nowrap" className="figures">
          <Progress flex={1} value={experiment.progress * 100} aria-label="Runs that have ended" />
          <Text size="sm" c="dimmed">
            {percent(experiment.progress)}: {count(experiment.numSucceeded)} of{' '}
            {count(experiment.numRuns)} runs, {count(experiment.numFailed)} failed,{' '}
            {count(experiment.numReused)} were there before
          </Text>
        </Group>
        {experiment.error && (
          <Alert color="red" variant="light" title={experiment.error.code}>
            {experiment.error.message}
          </Alert>
        )}
      </Stack>
      <Tabs value={tab} onChange={(value) => address.set({ tab: value ?? '' })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="report">Report</Tabs.Tab>
          <Tabs.Tab value="fused">Fused against single</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="report">
          <Report id={experiment.id} numEnded={numEnded} />
        </Tabs.Panel>
        <Tabs.Panel value="fused">
          <FusedAgainstSingle id={experiment.id} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <CellRunTable id={experiment.id} numEnded={numEnded} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
