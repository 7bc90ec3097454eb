import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { ASKED_ANEW } from '../../api/client.ts';
import { RunDocument, type RunQuery } from '../../api/run.generated.ts';
import { useEvents } from '../../api/use-follow.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { isOver } from '../../parts/job-progress.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { ConfigTable } from './config-table.tsx';
import { Curves, type ToldEpoch } from './curves.tsx';
import { ErrorGallery } from './error-gallery.tsx';
import { EvaluationTable } from './evaluation-table.tsx';
import { EventLog } from './event-log.tsx';
import { LabelTable } from './label-table.tsx';
import { RunEventsDocument } from './run.generated.ts';
import { RunActions } from './run-actions.tsx';
import { RunSummary } from './run-summary.tsx';

export type RunDetails = NonNullable<RunQuery['run']>;

export function Component() {
  const { id = '' } = useParams();
  const answer = useQuery(RunDocument, { variables: { id }, context: ASKED_ANEW });
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

function RunView({ run, refetch }: { run: RunDetails; refetch: () => void }) {
  const [told, setTold] = useState<readonly ToldEpoch[]>([]);
  useEvents(RunEventsDocument, {
    id: run.id,
    after: run.eventSeq,
    eventOf: (data) => data.runEvents,
    onEvent: (event) => {
      const { epoch } = event;
      if (epoch) setTold((before) => [...before, epoch]);
      if (isOver(event.status)) refetch();
    },
  });
  const hasSucceeded = run.status === 'SUCCEEDED';
  return (
    <>
      <PageTitle side={<RunActions run={run} />}>{run.name}</PageTitle>
      <RunSummary run={run} refetch={refetch} />
      <PageTabs
        tabs={[
          { value: 'curves', title: 'Curves', panel: <Curves run={run} told={told} /> },
          {
            value: 'labels',
            title: 'Labels',
            disabled: !hasSucceeded,
            panel: <LabelTable run={run} />,
          },
          {
            value: 'evaluation',
            title: 'Evaluation',
            disabled: !hasSucceeded,
            panel: <EvaluationTable id={run.id} />,
          },
          {
            value: 'errors',
            title: 'Errors',
            disabled: !hasSucceeded,
            panel: <ErrorGallery run={run} />,
          },
          { value: 'configuration', title: 'Configuration', panel: <ConfigTable run={run} /> },
          { value: 'events', title: 'Events', panel: <EventLog id={run.id} /> },
        ]}
      />
    </>
  );
}
