import { splitTargets } from '../db/experiments.queries.js';
import type { Sql } from '../db/sql.js';
import { decodeScores, type SplitScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';

/** More scores than this are not compared: a thousand resamples of them would take minutes. */
const MAX_SCORES = 20_000_000;

/** The TEST samples with known labels that all of some runs could use, N of them, and what the runs say of them. */
export interface CommonScores {
  readonly numLabels: number;
  /** [N]: places in the dataset version, ascending */
  readonly positions: number[];
  /** [N, L] */
  readonly targets: Uint8Array;
  /** [N, L] of each file */
  readonly scores: Float32Array[];
}

/**
 * @param files of runs on this version
 * @returns null where no such sample carries a label, or there are too many scores
 */
export async function commonScores(
  { db, blobs }: { db: Sql; blobs: BlobStore },
  versionId: string,
  files: readonly Sha256[],
): Promise<CommonScores | null> {
  const { numLabels, samples } = await splitTargets(db, versionId, 'TEST');
  if (samples.length * numLabels * files.length > MAX_SCORES) return null;
  const splits: SplitScores[] = [];
  for (const file of files) splits.push(decodeScores(await blobs.read(file)).test);

  const rows = splits.map(({ positions }) => new Map(Array.from(positions, (p, row) => [p, row])));
  const common = samples.filter(({ position }) => rows.every((row) => row.has(position)));
  const targets = new Uint8Array(common.length * numLabels);
  for (const [row, { labels }] of common.entries()) {
    for (const label of labels) targets[row * numLabels + label] = 1;
  }
  if (!targets.includes(1)) return null;
  const scores = splits.map((split, file) => {
    const kept = new Float32Array(targets.length);
    for (const [row, { position }] of common.entries()) {
      const from = rows[file]!.get(position)! * numLabels;
      kept.set(split.scores.subarray(from, from + numLabels), row * numLabels);
    }
    return kept;
  });
  return { numLabels, positions: common.map(({ position }) => position), targets, scores };
}
