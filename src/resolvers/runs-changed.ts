import { RUN_STATE } from '../db/events.js';
import { runsByIds, runsChangedSince } from '../db/runs.queries.js';
import { serialIterator } from '../db/serial-iterator.js';
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
  let seenAt = Date.now();
  return serialIterator({
    async produce() {
      while (pending.length === 0) {
        const ids = await watch.next();
        if (ids === null) return null;
        const since = new Date(seenAt - OVERLAP_MS);
        seenAt = Date.now();
        const rows = await (ids.size > 0 ? runsByIds(db, [...ids]) : runsChangedSince(db, since));
        pending = rows.map(runObject);
      }
      return pending.shift() as Run;
    },
    close: () => watch.close(),
  });
}
