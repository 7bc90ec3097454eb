import { useState } from 'react';
import { useEvents } from '../../api/use-follow.ts';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { percent, timeOfDay, words } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RunLogDocument, type RunLogSubscription } from './run.generated.ts';

type RunEvent = RunLogSubscription['runEvents'];

/** All that the run has said and says, the newest first. */
export function EventLog({ id }: { id: string }) {
  const [events, setEvents] = useState<readonly RunEvent[]>([]);
  useEvents(RunLogDocument, {
    id,
    eventOf: (data) => data.runEvents,
    onEvent: (event) => setEvents((before) => [...before, event]),
  });
  if (events.length === 0) return <EmptyNote>The run has said nothing yet.</EmptyNote>;
  return (
    <PlainTable
      head={['No.', 'Time', 'Status', 'Progress', 'Message']}
      rows={[...events]
        .reverse()
        .map((event) => [
          String(event.seq),
          timeOfDay(new Date(event.at)),
          words(event.status),
          percent(event.progress),
          event.message ?? epochText(event),
        ])}
      numWords={5}
      query={{ document: RunLogDocument, variables: { id } }}
      maxHeight={560}
    />
  );
}

function epochText({ epoch }: RunEvent): string {
  return epoch ? `Epoch ${epoch.epoch}: loss ${epoch.trainLoss.toFixed(4)}` : '';
}
