import { labelsAt } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import { allRows } from '../ml/data/rows.js';
import { denseTargets } from '../ml/data/sparse-targets.js';
import { MAX_SCORES } from '../ml/metrics/score-limit.js';
import { decodeScores, type SplitScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';

/** The score files of the runs of one seed: one, or one for each fold. */
export type SeedFiles = readonly Sha256[];

/** The scores of one seed on the common samples. */
export interface SeedScores {
  /** [N, L] */
  readonly scores: Float32Array;
  /** [N]: which of the seed's files each sample's scores are from */
  readonly parts: Uint8Array;
}

/** The TEST samples that all of some seeds have scored, N of them, and what they say. */
export interface CommonScores {
  readonly numLabels: number;
  /** [N]: places in the dataset version, ascending */
  readonly positions: number[];
  /** [N, L] */
  readonly targets: Uint8Array;
  readonly seeds: SeedScores[];
}

/**
 * With folds the TEST samples of all of a seed's runs are pooled: each was scored once, by the run that had not seen it.
 * @param seeds of runs on this version
 * @returns null where no such sample carries a label, or there are too many scores
 */
export async function commonScores(
  { db, blobs }: { db: Sql; blobs: BlobStore },
  versionId: string,
  seeds: readonly SeedFiles[],
): Promise<CommonScores | null> {
  const read: SplitScores[][] = [];
  let [total, numLabels] = [0, 0];
  for (const files of seeds) {
    const splits: SplitScores[] = [];
    for (const file of files) {
      const { test, numLabels: own } = decodeScores(await blobs.read(file));
      numLabels = own;
      total += test.scores.length;
      if (total > MAX_SCORES) return null;
      splits.push(test);
    }
    read.push(splits);
  }
  const places = read.map(placesOf);
  const positions = [...places[0]!.keys()]
    .filter((position) => places.every((place) => place.has(position)))
    .sort((a, b) => a - b);
  const known = await labelsAt(db, versionId, Int32Array.from(positions));
  const targets = denseTargets(packLabelSets(known), numLabels, allRows(positions.length));
  if (!targets.includes(1)) return null;
  return {
    numLabels,
    positions,
    targets,
    seeds: read.map((splits, seed) => pooled(splits, places[seed]!, positions, numLabels)),
  };
}

/** Where each sample's scores are, by its position. */
type Places = Map<number, { part: number; row: number }>;

function placesOf(splits: readonly SplitScores[]): Places {
  const places: Places = new Map();
  for (const [part, { positions }] of splits.entries()) {
    positions.forEach((position, row) => {
      places.set(position, { part, row });
    });
  }
  return places;
}

function pooled(
  splits: readonly SplitScores[],
  places: Places,
  positions: readonly number[],
  numLabels: number,
): SeedScores {
  const scores = new Float32Array(positions.length * numLabels);
  const parts = Uint8Array.from(positions, (position, at) => {
    const { part, row } = places.get(position)!;
    const own = splits[part]!.scores.subarray(row * numLabels, (row + 1) * numLabels);
    scores.set(own, at * numLabels);
    return part;
  });
  return { scores, parts };
}
