import { useQuery } from '@apollo/client/react';
import { Alert, Anchor, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ASKED_ANEW } from '../../api/client.ts';
import { useEvents } from '../../api/use-follow.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { count, countOf, percent, words } from '../../parts/format.ts';
import { isOver } from '../../parts/job-progress.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
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
  const answer = useQuery(ExperimentDocument, { variables: { id }, context: ASKED_ANEW });
  return (
    <QueryView answer={answer}>
      {({ experiment }) =>
        experiment === null ? (
          <EmptyNote>There is no such experiment (any more).</EmptyNote>
        ) : (
          <ExperimentView key={id} experiment={experiment} refetch={() => void answer.refetch()} />
        )
      }
    </QueryView>
  );
}

function ExperimentView({
  experiment,
  refetch,
}: {
  experiment: ExperimentDetails;
  refetch: () => void;
}) {
  const [numEnded, setEnded] = useState(0);
  useEvents(ExperimentEventsDocument, {
    id: experiment.id,
    eventOf: (data) => data.experimentEvents,
    onEvent: ({ status, experiment: state }) => {
      setEnded(state.numSucceeded + state.numFailed);
      // An answer that was under way may not know of the end, and would stand after it.
      if (isOver(status)) refetch();
    },
  });
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
        <Group className="figures">
          <Progress
            flex={1}
            miw={120}
            value={experiment.progress * 100}
            aria-label="Runs that have ended"
          />
          <Text size="sm" c="dimmed">
            {percent(experiment.progress)}: {count(experiment.numSucceeded)} of{' '}
            {countOf(experiment.numRuns, 'run')}, {count(experiment.numFailed)} failed,{' '}
            {count(experiment.numReused)} were there before
          </Text>
        </Group>
        {experiment.error && (
          <Alert color="red" variant="light" title={experiment.error.code}>
            {experiment.error.message}
          </Alert>
        )}
      </Stack>
      <PageTabs
        tabs={[
          {
            value: 'report',
            title: 'Report',
            panel: <Report id={experiment.id} numEnded={numEnded} />,
          },
          {
            value: 'fused',
            title: 'Fused against single',
            panel: <FusedAgainstSingle id={experiment.id} numEnded={numEnded} />,
          },
          {
            value: 'runs',
            title: 'Runs',
            panel: <CellRunTable id={experiment.id} numEnded={numEnded} />,
          },
        ]}
      />
    </>
  );
}
