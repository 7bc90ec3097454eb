import type { EventHub } from '../db/event-hub.js';
import { serialIterator } from '../db/serial-iterator.js';

/** How far back to look at the start, and when wake-ups may have been missed beyond the time for which none came. */
const OVERLAP_MS = 10_000;
/** What a watch says of wake-ups that may have been missed. */
const ANY: ReadonlySet<string> = new Set();

/**
 * Objects of a kind as they are created or change. One that changes twice before it is handed out is handed out once, as
 * it is then, so a slow reader holds no more than the ids. Those that changed just before come first: whoever has read a
 * list, and then follows it, misses none.
 */
export function followChanged<Row, Node>(of: {
  eventHub: EventHub;
  /** of the topics that are woken by a change */
  kind: string;
  byIds(ids: readonly string[]): Promise<Row[]>;
  since(since: Date): Promise<Row[]>;
  node(row: Row): Node;
}): AsyncIterableIterator<Node> {
  const watch = of.eventHub.watch(of.kind);
  let pending: Node[] = [];
  let seenAt = Date.now();
  let isStart = true;
  return serialIterator({
    async produce() {
      while (pending.length === 0) {
        const ids = isStart ? ANY : await watch.next();
        if (ids === null) return null;
        isStart = false;
        const since = new Date(seenAt - OVERLAP_MS);
        seenAt = Date.now();
        const rows = await (ids.size > 0 ? of.byIds([...ids]) : of.since(since));
        pending = rows.map(of.node);
      }
      return pending.shift() as Node;
    },
    close: () => watch.close(),
  });
}
