import { Table } from '@mantine/core';
import { EmptyNote } from '../../parts/empty-note.tsx';
import { percent, timeOfDay, words } from '../../parts/format.ts';
import type { RunEventsSubscription } from './run.generated.ts';

export type RunEvent = RunEventsSubscription['runEvents'];

/** The newest first. */
export function EventLog({ events }: { events: readonly RunEvent[] }) {
  if (events.length === 0) return <EmptyNote>The run has said nothing yet.</EmptyNote>;
  return (
    <Table.ScrollContainer minWidth={520} maxHeight={560}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>No.</Table.Th>
            <Table.Th>Time</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Progress</Table.Th>
            <Table.Th>Message</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...events].reverse().map((event) => (
            <Table.Tr key={event.seq}>
              <Table.Td>{event.seq}</Table.Td>
              <Table.Td>{timeOfDay(new Date(event.at))}</Table.Td>
              <Table.Td>{words(event.status)}</Table.Td>
              <Table.Td>{percent(event.progress)}</Table.Td>
              <Table.Td>
                {event.message ??
                  (event.epoch &&
                    `Epoch ${event.epoch.epoch}: loss ${event.epoch.trainLoss.toFixed(4)}`)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
