import { shareEncoder } from '../db/encoder-jobs.queries.js';
import type { Tx } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { exists } from '../storage/exists.js';
import type { UsableEncoder } from './encoder-source.js';

/**
 * Part of a transaction that begins something with an encoder: until it ends nobody deletes the encoder, and whoever wants to
 * finds then what was begun.
 * @throws NOT_FOUND where somebody has deleted it meanwhile
 */
export async function holdEncoder(tx: Tx, { id, description }: UsableEncoder): Promise<void> {
  await shareEncoder(tx, id);
  if (!(await exists(description.directory)))
    throw new ClipwrightError('NOT_FOUND', `The encoder ${id} has been deleted meanwhile.`);
}
