import { RUN_STATE } from '../db/events.js';
import { runsByIds, runsChangedSince } from '../db/runs.queries.js';
import type { Run } from '../schema/run.type.js';
import type { Context } from './context.js';
import { runObject } from './run-objects.js';

/** How far back to look when wake-ups may have been missed, beyond the time for which none came. */
const OVERLAP_MS = 10_000;

/**
 * Runs as they are created or change state. A run that changes twice before it is handed out is handed out once, as it
 * is then, so a slow reader holds no more than the ids of the runs.
 */
export function followRuns({ db, eventHub }: Context): AsyncIterableIterator<Run> {
  const watch = eventHub.watch(RUN_STATE);
  let pending: Run[] = [];
  let done = false;
  let seenAt = Date.now();
  let turn: Promise<unknown> = Promise.resolve();

  const finish = (): IteratorReturnResult<undefined> => {
    done = true;
    pending = [];
    watch.close();
    return { done: true, value: undefined };
  };

  const step = async (): Promise<IteratorResult<Run, undefined>> => {
    try {
      while (!done) {
        const run = pending.shift();
        if (run) return { done: false, value: run };
        const ids = await watch.next();
        if (ids === null || done) break;
        const since = new Date(seenAt - OVERLAP_MS);
        seenAt = Date.now();
        const rows = await (ids.size > 0 ? runsByIds(db, [...ids]) : runsChangedSince(db, since));
        if (!done) pending = rows.map(runObject);
      }
    } catch (error) {
      finish();
      throw error;
    }
    return finish();
  };

  return {
    next() {
      const result = turn.then(step);
      turn = result.catch(() => {});
      return result;
    },
    return: () => Promise.resolve(finish()),
    throw(error) {
      finish();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
