import type { EpochOrder } from '../data/batches.js';
import { cutRows } from '../data/rows.js';
import type { Tensors } from '../runtime/session.js';
import type { SampleSource } from './sample-source.js';

/** A part of an epoch that is trained from one window. */
export interface EpochPart {
  /** Its rows are places in the window. */
  readonly order: EpochOrder;
  readonly feeds: Tensors;
}

/** Cuts an epoch between its steps into parts that fit into windows. */
export async function* epochParts(
  source: SampleSource,
  { steps, rows, counts }: EpochOrder,
): AsyncGenerator<EpochPart> {
  const batchSize = rows.length / steps;
  const perWindow = Math.max(1, Math.floor(source.windowRows / batchSize));
  let done = 0;
  for await (const window of source.windows(cutRows(rows, perWindow * batchSize))) {
    const taken = window.rows.length / batchSize;
    const order = { steps: taken, rows: window.rows, counts: counts.subarray(done, done + taken) };
    yield { order, feeds: window.feeds };
    done += taken;
  }
}
