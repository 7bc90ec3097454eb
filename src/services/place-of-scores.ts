import type { Split } from '../db/enums.js';
import { findScores, type ScoresPlace } from '../ml/train/scores-file.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';

/** Where runs leave their scores. */
export type EvaluatedSplit = Exclude<Split, 'TRAIN'>;
export const EVALUATED_SPLITS: readonly EvaluatedSplit[] = ['VALIDATION', 'TEST'];

/** A split's samples, and where their scores lie. */
export interface FoundScores extends ScoresPlace {
  readonly path: string;
}

/** @param sha256 of the file of scores that a run left behind */
export async function placeOfScores(
  blobs: BlobStore,
  sha256: string,
  split: EvaluatedSplit,
): Promise<FoundScores> {
  const path = blobs.path(parseSha256(sha256));
  return { path, ...(await findScores(path, split === 'TEST' ? 'test' : 'validation')) };
}
