import { isConnectionLoss } from './connection-loss.js';
import type { EventHub } from './event-hub.js';
import { serialIterator } from './serial-iterator.js';

/** A follower whose read failed asks again after this long, or as soon as the hub is back. */
const RETRY_MS = 500;

export interface FollowOptions<Event extends { seq: number }> {
  hub: EventHub;
  topic: string;
  /** Events up to this number are known to the consumer. */
  after: number;
  /** Events with a number above `after`, in order, as many as fit into one read (at most 500). */
  read(after: number): Promise<Event[]>;
  /** Whether nothing comes after this event. */
  isLast(event: Event): boolean;
  /** Asked when a read brings nothing: whether nothing will come, because what is followed is gone or has ended before
   *  `after`. */
  isOver?(): Promise<boolean>;
}

/**
 * Replays a topic's events after a number and goes on live; complete after the last one.
 *
 *   reading ──events──▶ handing out, one at each `next` ──all taken──▶ reading
 *   reading ──nothing──▶ waiting ──woken──▶ reading
 *   any ──last event, `return`, hub closed──▶ done
 *
 * The subscription is open before the first read, so that nothing falls between; the next read happens when the
 * consumer has taken what the last one brought. Unlike a generator's, `return` works while `next` waits.
 */
export function followEvents<Event extends { seq: number }>(
  options: FollowOptions<Event>,
): AsyncIterableIterator<Event, undefined> {
  const { hub, topic, read, isLast, isOver } = options;
  const subscription = hub.subscribe(topic);
  let after = options.after;
  let batch: readonly Event[] = [];
  let taken = 0;
  let closed = false;

  const load = async (): Promise<boolean> => {
    try {
      // The event that the consumer saw last is read again once: if it was the last there is, nothing will wake us.
      const from = after === options.after && after > 0 ? after - 1 : after;
      const events = await hub.read(topic, from, () => read(from));
      const known = events.find((event) => event.seq === after);
      if (known && isLast(known)) return false;
      batch = known ? events.slice(1) : events;
      taken = 0;
      if (batch.length > 0) return true;
      if (!known && (await isOver?.())) return false;
      return await subscription.next();
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      return await subscription.next(hub.isListening ? RETRY_MS : undefined);
    }
  };

  let ended = false;
  return serialIterator({
    async produce() {
      while (!closed && !ended) {
        const event = batch[taken];
        if (event) {
          taken += 1;
          after = event.seq;
          ended = isLast(event);
          return event;
        }
        if (!(await load())) break;
      }
      return null;
    },
    close() {
      closed = true;
      batch = [];
      subscription.close();
    },
  });
}
