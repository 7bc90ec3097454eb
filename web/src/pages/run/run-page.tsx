import { useQuery } from '@apollo/client/react';
import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useEvents } from '../../api/use-follow.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { ConfigTable } from './config-table.tsx';
import { Curves } from './curves.tsx';
import { ErrorGallery } from './error-gallery.tsx';
import { EvaluationTable } from './evaluation-table.tsx';
import { EventLog, type RunEvent } from './event-log.tsx';
import { LabelTable } from './label-table.tsx';
import { RunDocument, RunEventsDocument, type RunQuery } from './run.generated.ts';
import { RunActions } from './run-actions.tsx';
import { RunSummary } from './run-summary.tsx';

export type RunDetails = NonNullable<RunQuery['run']>;

export function Component() {
  const { id = '' } = useParams();
  const answer = useQuery(RunDocument, { variables: { id } });
  return (
    <QueryView answer={answer}>
      {({ run }) =>
        run === null ? (
          <EmptyNote>There is no such run (any more).</EmptyNote>
        ) : (
          <RunView key={id} run={run} refetch={() => void answer.refetch()} />
        )
      }
    </QueryView>
  );
}

const ENDS = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

function RunView({ run, refetch }: { run: RunDetails; refetch: () => void }) {
  const address = useAddress();
  const [events, setEvents] = useState<readonly RunEvent[]>([]);
  // From the first event on: they hold what the run has said, its epochs among them.
  useEvents(RunEventsDocument, {
    id: run.id,
    eventOf: (data) => data.runEvents,
    onEvent: (event) => {
      setEvents((before) => [...before, event]);
      if (ENDS.includes(event.status) && !ENDS.includes(run.status)) refetch();
    },
  });
  const hasSucceeded = run.status === 'SUCCEEDED';
  const tab = address.get('tab') || 'curves';
  return (
    <>
      <PageTitle side={<RunActions run={run} />}>{run.name}</PageTitle>
      <RunSummary run={run} />
      <Tabs value={tab} onChange={(value) => address.set({ tab: value ?? '' })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="curves">Curves</Tabs.Tab>
          <Tabs.Tab value="labels" disabled={!hasSucceeded}>
            Labels
          </Tabs.Tab>
          <Tabs.Tab value="evaluation" disabled={!hasSucceeded}>
            Evaluation
          </Tabs.Tab>
          <Tabs.Tab value="errors" disabled={!hasSucceeded}>
            Errors
          </Tabs.Tab>
          <Tabs.Tab value="configuration">Configuration</Tabs.Tab>
          <Tabs.Tab value="events">Events</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curves">
          <Curves run={run} events={events} />
        </Tabs.Panel>
        <Tabs.Panel value="labels">
          <LabelTable id={run.id} />
        </Tabs.Panel>
        <Tabs.Panel value="evaluation">
          <EvaluationTable id={run.id} />
        </Tabs.Panel>
        <Tabs.Panel value="errors">
          <ErrorGallery id={run.id} datasetId={run.dataset.id} />
        </Tabs.Panel>
        <Tabs.Panel value="configuration">
          <ConfigTable run={run} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <EventLog id={run.id} events={events} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
