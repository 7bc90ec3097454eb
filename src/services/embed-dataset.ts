import type { Database } from '../db/database.js';
import { holdDatasetVersion } from '../db/datasets.queries.js';
import {
  insertSet,
  lockSet,
  lockSetById,
  type SetState,
  setJobOfSet,
  setState,
  upsertSpace,
} from '../db/embeddings.queries.js';
import { hasEnded } from '../db/events.js';
import type { Tx } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { enqueueJob } from '../jobs/enqueue.js';
import { chooseEncoder, type PrecisionChoice } from './choose-encoder.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';
import { tokensOf, withTokens } from './encoder-tokens.js';
import { holdEncoder } from './hold-encoder.js';
import { parseId } from './parse-id.js';

export interface EnsuredSet {
  readonly setId: string;
  readonly complete: boolean;
  /** of the job that makes the set, where it is not complete; else of the one that made it */
  readonly jobId: string | null;
}

/**
 * Sees to it that a dataset version has its vectors, or will have: at most one job makes a set, for all who need it.
 * @returns the embedding set's id
 */
export async function embedDataset(
  deps: { db: Database; encoders: EncoderSource },
  input: {
    datasetVersionId: string;
    encoderId: string;
    precision?: PrecisionChoice | null;
    tokens?: boolean | null;
  },
): Promise<string> {
  const datasetVersionId = parseId(input.datasetVersionId, 'dataset version');
  const chosen = await chooseEncoder(deps.encoders, input.encoderId, input.precision ?? 'FP32');
  const encoder = input.tokens ? withTokens(chosen) : chosen;
  const { setId } = await deps.db.transaction((tx) =>
    ensureEmbeddingSet(tx, { datasetVersionId, encoder }),
  );
  return setId;
}

/**
 * The part of the caller's transaction that finds or makes the set's row and, unless it is complete or under way,
 * enqueues its job. The row stays locked until the transaction ends; the job's end takes the same lock, so whoever begins
 * to wait for the set in this transaction is seen by the one that ends it.
 * @throws NOT_FOUND where the version or the encoder is gone
 */
export async function ensureEmbeddingSet(
  tx: Tx,
  input: { datasetVersionId: string; encoder: UsableEncoder },
): Promise<EnsuredSet> {
  if (!(await holdDatasetVersion(tx, input.datasetVersionId)))
    throw new ClipwrightError('NOT_FOUND', 'There is no dataset version with this id.');
  await holdEncoder(tx, input.encoder);
  const { id: encoderId, description } = input.encoder;
  const spaceId = await upsertSpace(tx, {
    encoderId,
    revision: description.revision,
    preprocessing: description.preprocessingHash,
    precision: description.precision,
    tokens: tokensOf(description),
    dimension: description.dimension,
  });
  await insertSet(tx, input.datasetVersionId, spaceId);
  return continueSet(tx, await lockSet(tx, input.datasetVersionId, spaceId));
}

/** The same for a set that is there already. */
export async function continueEmbeddingSet(tx: Tx, setId: string): Promise<EnsuredSet> {
  if (!(await lockSetById(tx, setId))) {
    throw new ClipwrightError('NOT_FOUND', 'The embedding set has been deleted.');
  }
  return continueSet(tx, await setState(tx, setId));
}

async function continueSet(tx: Tx, set: SetState): Promise<EnsuredSet> {
  if (set.complete || (set.jobStatus !== null && !hasEnded(set.jobStatus))) {
    return { setId: set.id, complete: set.complete, jobId: set.jobId };
  }
  const jobId = await enqueueJob(tx, { task: 'embed-dataset', payload: { setId: set.id } });
  await setJobOfSet(tx, set.id, jobId);
  return { setId: set.id, complete: false, jobId };
}
