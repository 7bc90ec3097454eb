import {
  type EmbedContext,
  type EmbeddedChunk,
  type EmbedItem,
  embedChunk,
} from './embed-chunk.js';
import { DEFAULT_BATCH } from './embedding-plan.js';

export interface EmbedPipelineOptions extends EmbedContext {
  /** Images that go through the model together; of texts sixteen times as many. Default DEFAULT_BATCH. */
  readonly chunkSize?: number;
}

/**
 * Embeds a stream of items and gives chunks in input order. Several chunks are under way at a time, so that decoding and
 * resampling of the next overlap inference of this one; no more than that many are held, whatever the number of items.
 * Ends when `signal` is aborted, by throwing its reason.
 */
export async function* embedAll(
  items: Iterable<EmbedItem> | AsyncIterable<EmbedItem>,
  options: EmbedPipelineOptions,
): AsyncGenerator<EmbeddedChunk, void, undefined> {
  const { chunkSize = DEFAULT_BATCH, ...context } = options;
  // For each process: one that runs and one that waits beside it; and one that is decoded meanwhile.
  const depth = options.runner.processes * 2 + 1;
  const stop = new AbortController();
  const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal;
  const underWay: Promise<EmbeddedChunk>[] = [];
  try {
    for await (const { start, chunk } of chunked(items, chunkSize)) {
      signal.throwIfAborted();
      const embedded = embedChunk(chunk, start, { ...context, signal });
      // Awaited below, in order; until then a failure must not count as unhandled.
      embedded.catch(() => {});
      underWay.push(embedded);
      if (underWay.length >= depth) yield await (underWay.shift() as Promise<EmbeddedChunk>);
    }
    for (const embedded of underWay) yield await embedded;
  } finally {
    // Reached early when the consumer stops or something fails: what is under way is not wanted any more.
    stop.abort();
  }
}

/** Texts of one length make a group of their own, and small groups cost more. */
const TEXTS_FOR_AN_IMAGE = 16;

async function* chunked(
  items: Iterable<EmbedItem> | AsyncIterable<EmbedItem>,
  size: number,
): AsyncGenerator<{ start: number; chunk: EmbedItem[] }> {
  let start = 0;
  let chunk: EmbedItem[] = [];
  let filled = 0;
  for await (const item of items) {
    chunk.push(item);
    filled += 'image' in item ? TEXTS_FOR_AN_IMAGE : 1;
    if (filled < size * TEXTS_FOR_AN_IMAGE) continue;
    yield { start, chunk };
    start += chunk.length;
    chunk = [];
    filled = 0;
  }
  if (chunk.length > 0) yield { start, chunk };
}
