import { lowerPriority } from './lower-priority.js';
import type { ChildMessage, ParentMessage, ProcessMethods } from './process-protocol.js';
import { serializeError } from './serialized-error.js';

export interface RequestContext<Event> {
  /** Aborted when the parent no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Streams progress to the parent, before the result. */
  emit(event: Event): void;
}

export type ProcessHandlers<Methods extends ProcessMethods> = {
  readonly [Name in keyof Methods]: (
    payload: Methods[Name]['payload'],
    context: RequestContext<Methods[Name]['event']>,
  ) => Promise<Methods[Name]['result']>;
};

/** What the pool hands to a child on its command line. */
export interface ProcessSettings {
  /** Added to the parent's niceness, 0 to 19. */
  readonly nice: number;
  /** Settings of the particular process, as JSON. */
  readonly settings: unknown;
}

export function readProcessSettings(): ProcessSettings {
  return JSON.parse(process.argv[2] ?? '{"nice":0,"settings":null}') as ProcessSettings;
}

/**
 * The child's side: answers requests until the parent goes away, however it goes; a closed channel is the only signal that
 * survives `kill -9`. An interrupt from the terminal reaches the whole group: the parent decides what it means.
 */
export function hostProcess<Methods extends ProcessMethods>(
  handlers: ProcessHandlers<Methods>,
): void {
  const running = new Map<number, AbortController>();
  process.on('disconnect', () => process.exit(0));
  // It may have gone before anybody listened.
  if (!process.connected) process.exit(0);
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  lowerPriority(readProcessSettings().nice);

  process.on('message', (message: ParentMessage) => {
    if (message.kind === 'abort') running.get(message.id)?.abort();
    else void answer(message.id, message.method, message.payload);
  });
  send({ kind: 'ready' });

  async function answer(id: number, method: string, payload: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = handlers[method];
      if (!handler) throw new Error(`the process has no method '${method}'`);
      const emit = (event: unknown) => send({ kind: 'event', id, event });
      const value = await handler(payload, { signal: controller.signal, emit });
      send({ kind: 'result', id, value, rssBytes: process.memoryUsage.rss() });
    } catch (error) {
      const rssBytes = process.memoryUsage.rss();
      send({ kind: 'failure', id, error: serializeError(error), rssBytes });
    } finally {
      running.delete(id);
    }
  }
}

function send(message: ChildMessage): void {
  // Without a parent there is nobody to tell; 'disconnect' ends the process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
