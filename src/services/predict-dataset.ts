import { createHash } from 'node:crypto';
import {
  insertBatchPrediction,
  type NewBatchPrediction,
  sameBatchPrediction,
} from '../db/batch-predictions.queries.js';
import type { Database } from '../db/database.js';
import { nameOfVersion } from '../db/registry.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { SPLITS, type Split } from '../ml/data/split-dataset.js';
import { ensureEmbeddingSet } from './embed-dataset.js';
import { encoderOfModel } from './encoder-of-model.js';
import type { EncoderSource } from './encoder-source.js';
import { enqueueBatch } from './enqueue-waiting.js';
import { parseId } from './parse-id.js';
import { resolveOperatingPoint } from './resolve-operating-point.js';

export interface PredictDatasetInput {
  model: string;
  datasetVersionId: string;
  /** a threshold set of the version; null: the model's own thresholds */
  thresholds?: string | null;
  /** null: all */
  splits?: readonly Split[] | null;
}

/**
 * Asks for what a model predicts for a dataset version: embedded first where it is not, as for a run. The same model,
 * thresholds and version are predicted once.
 * @returns the batch prediction's id, which is that of an earlier one where there is one
 * @throws NOT_FOUND, BAD_USER_INPUT, ENCODER_REVISION_MISSING
 */
export async function predictDataset(
  deps: { db: Database; encoders: EncoderSource },
  input: PredictDatasetInput,
): Promise<string> {
  const datasetVersionId = parseId(input.datasetVersionId, 'dataset version');
  const splits = checkSplits(input.splits ?? SPLITS);
  const thresholdSet = input.thresholds ?? null;
  const found = await resolveOperatingPoint(deps.db, input.model, thresholdSet);
  if (!found) {
    throw new ClipwrightError(
      'NOT_FOUND',
      `There is no model ${JSON.stringify(input.model.slice(0, 160))}. A reference is "name/3", "name@alias", "name@latest" or "run:<id>".`,
    );
  }
  const { resolved, manifest, point } = found;
  const encoder = await encoderOfModel(deps.encoders, manifest.encoder);
  return deps.db.transaction(async (tx) => {
    const model =
      resolved.kind === 'run'
        ? `run:${resolved.runId}`
        : await nameOfVersion(tx, resolved.versionId);
    if (model === undefined)
      throw new ClipwrightError('NOT_FOUND', 'The model version has been deleted.');
    // Holds the set's lock: of two who ask for the same at once, the second finds the first's.
    const set = await ensureEmbeddingSet(tx, { datasetVersionId, encoder });
    const of = {
      model,
      thresholdSet,
      manifest,
      point,
      versionId: datasetVersionId,
      setId: set.setId,
      splits,
      headSha256: manifest.headSha256,
    };
    const fingerprint = fingerprintOf(of);
    const same = await sameBatchPrediction(tx, fingerprint);
    if (same !== undefined) return same;
    const id = await insertBatchPrediction(tx, { ...of, fingerprint });
    if (set.complete) await enqueueBatch(tx, id);
    return id;
  });
}

function checkSplits(splits: readonly Split[]): Split[] {
  const wanted = SPLITS.filter((split) => splits.includes(split));
  if (wanted.length > 0) return wanted;
  throw badUserInput('expected at least one split for `splits` but received none');
}

/** SHA-256 of all that a result depends on, and of what it is called. */
function fingerprintOf(of: Omit<NewBatchPrediction, 'fingerprint'>): Buffer {
  const { model, thresholdSet, point, setId, splits, headSha256 } = of;
  const content = JSON.stringify([model, thresholdSet, point, setId, splits, headSha256]);
  return createHash('sha256').update(content).digest();
}
