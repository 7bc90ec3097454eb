import type { TrainPayload } from '../../../src/ml/processes/train.methods.js';
import { canonicalJson } from '../../../src/services/run-manifest.js';
import { sha256Of } from '../../../src/storage/sha256.js';

/** Mean average precision that looks like chance, and is the same for the same training. */
export function qualityOf({ config, seed }: Pick<TrainPayload, 'config' | 'seed'>): number {
  return Number.parseInt(sha256Of(canonicalJson({ config, seed })).slice(0, 8), 16) / 2 ** 32;
}
