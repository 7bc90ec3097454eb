import {
  experimentTopic,
  hasEnded,
  type JobEventRow,
  jobEventsAfter,
  jobTopic,
  type RunEventRow,
  runEventsAfter,
  runTopic,
} from '../db/events.js';
import {
  type ExperimentEventRow,
  experimentEventsAfter,
  experimentHead,
} from '../db/experiments.queries.js';
import { followEvents } from '../db/follow-events.js';
import { jobHead } from '../db/jobs.read.queries.js';
import { runHead } from '../db/runs.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { parseId } from '../services/parse-id.js';
import type { Context } from './context.js';

type Status = Parameters<typeof hasEnded>[0];

/** A job's events after a number, then live. @throws NOT_FOUND before the first event */
export function followJob(
  context: Context,
  args: { jobId: string; after?: number | null },
): Promise<AsyncIterableIterator<JobEventRow>> {
  const id = parseId(args.jobId, 'job');
  return follow(context, {
    what: 'job',
    topic: jobTopic(id),
    after: startOf(args.after),
    read: (from) => jobEventsAfter(context.db, id, from),
    head: () => jobHead(context.db, id),
  });
}

/** A run's events after a number, then live. @throws NOT_FOUND before the first event */
export function followRun(
  context: Context,
  args: { runId: string; after?: number | null },
): Promise<AsyncIterableIterator<RunEventRow & { runId: string }>> {
  const id = parseId(args.runId, 'run');
  return follow(context, {
    what: 'run',
    topic: runTopic(id),
    after: startOf(args.after),
    read: async (from) => {
      const events = await runEventsAfter(context.db, id, from);
      return events.map((event) => ({ ...event, runId: id }));
    },
    head: () => runHead(context.db, id),
  });
}

/** An experiment's events after a number, then live. @throws NOT_FOUND before the first event */
export function followExperiment(
  context: Context,
  args: { id: string; after?: number | null },
): Promise<AsyncIterableIterator<ExperimentEventRow & { experimentId: string }>> {
  const id = parseId(args.id, 'experiment');
  return follow(context, {
    what: 'experiment',
    topic: experimentTopic(id),
    after: startOf(args.after),
    read: async (from) => {
      const events = await experimentEventsAfter(context.db, id, from);
      return events.map((event) => ({ ...event, experimentId: id }));
    },
    head: () => experimentHead(context.db, id),
  });
}

/** @template Event `latest` is false where what is followed was taken up again after the event that ended it */
async function follow<Event extends { seq: number; status: Status; latest?: boolean }>(
  { eventHub }: Context,
  of: {
    what: string;
    topic: string;
    after: number;
    read(after: number): Promise<Event[]>;
    /** The state now and the number of its latest event. */
    head(): Promise<{ status: Status; seq: number } | null>;
  },
): Promise<AsyncIterableIterator<Event>> {
  if ((await of.head()) === null) {
    throw new ClipwrightError('NOT_FOUND', `There is no ${of.what} with this id.`);
  }
  let seen = of.after;
  return followEvents<Event>({
    hub: eventHub,
    topic: of.topic,
    after: of.after,
    read: of.read,
    isLast: (event) => {
      seen = Math.max(seen, event.seq);
      return hasEnded(event.status) && event.latest !== false;
    },
    // The end may have come between the read that brought nothing and this look: then its event is still to be handed out.
    isOver: async () => {
      const head = await of.head();
      return head === null || (hasEnded(head.status) && head.seq <= seen);
    },
  });
}

function startOf(after: number | null | undefined): number {
  if ((after ?? 0) < 0) {
    throw badUserInput(`expected a number from 0 for \`after\` but received ${after}`);
  }
  return after ?? 0;
}
