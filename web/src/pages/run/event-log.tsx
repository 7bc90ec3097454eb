import { EmptyNote } from '../../parts/empty-note.tsx';
import { percent, timeOfDay, words } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RunEventsDocument, type RunEventsSubscription } from './run.generated.ts';

export type RunEvent = RunEventsSubscription['runEvents'];

/** The newest first. */
export function EventLog({ id, events }: { id: string; events: readonly RunEvent[] }) {
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
      query={{ document: RunEventsDocument, variables: { id } }}
      maxHeight={560}
    />
  );
}

function epochText({ epoch }: RunEvent): string {
  return epoch ? `Epoch ${epoch.epoch}: loss ${epoch.trainLoss.toFixed(4)}` : '';
}
