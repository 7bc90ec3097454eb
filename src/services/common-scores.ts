import { labelsAt } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { readFloat32Rows } from '../ml/data/float32-rows.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import { allRows } from '../ml/data/rows.js';
import { denseTargets } from '../ml/data/sparse-targets.js';
import { MAX_SCORES } from '../ml/metrics/score-limit.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { type EvaluatedSplit, type FoundScores, placeOfScores } from './place-of-scores.js';

/** The score files of the runs of one seed: one, or one for each fold. */
export type SeedFiles = readonly Sha256[];

/** The scores of one seed on the common samples. */
export interface SeedScores {
  /** [N, L] */
  readonly scores: Float32Array;
  /** [N]: which of the seed's files each sample's scores are from */
  readonly parts: Uint8Array;
}

/** The samples of a split that all of some seeds have scored, N of them, and what they say. */
export interface CommonScores {
  readonly numLabels: number;
  /** [N]: places in the dataset version, ascending */
  readonly positions: number[];
  /** [N, L] */
  readonly targets: Uint8Array;
  readonly seeds: SeedScores[];
}

/**
 * With folds the samples of all of a seed's runs are pooled: each was scored once, by the run that had not seen it.
 * @param seeds of runs on this version
 * @returns null where no such sample carries a label, or there are too many scores
 */
export async function commonScores(
  { db, blobs }: { db: Sql; blobs: BlobStore },
  { versionId, split }: { versionId: string; split: EvaluatedSplit },
  seeds: readonly SeedFiles[],
): Promise<CommonScores | null> {
  const found: FoundScores[][] = [];
  let [total, numLabels] = [0, 0];
  for (const files of seeds) {
    const parts: FoundScores[] = [];
    for (const file of files) {
      const place = await placeOfScores(blobs, file, split);
      numLabels = place.numLabels;
      total += place.positions.length * numLabels;
      if (total > MAX_SCORES) return null;
      parts.push(place);
    }
    found.push(parts);
  }
  const places = found.map(placesOf);
  const positions = [...places[0]!.keys()]
    .filter((position) => places.every((place) => place.has(position)))
    .sort((a, b) => a - b);
  const known = await labelsAt(db, versionId, Int32Array.from(positions));
  const targets = denseTargets(packLabelSets(known), numLabels, allRows(positions.length));
  if (!targets.includes(1)) return null;
  const scored: SeedScores[] = [];
  for (const [seed, parts] of found.entries()) {
    scored.push(await pooled(parts, places[seed]!, positions, numLabels));
  }
  return { numLabels, positions, targets, seeds: scored };
}

/** Which of a seed's files a sample's scores are in, by its position. */
type Places = Map<number, number>;

function placesOf(parts: readonly FoundScores[]): Places {
  const places: Places = new Map();
  for (const [part, { positions }] of parts.entries()) {
    for (const position of positions) places.set(position, part);
  }
  return places;
}

/** Reads the files one after the other, and keeps what is common. */
async function pooled(
  found: readonly FoundScores[],
  places: Places,
  common: readonly number[],
  numLabels: number,
): Promise<SeedScores> {
  const parts = Uint8Array.from(common, (position) => places.get(position)!);
  const rowOf = new Map(common.map((position, row) => [position, row]));
  const scores = new Float32Array(common.length * numLabels);
  for (const [part, { path, positions, start }] of found.entries()) {
    let at = 0;
    const samples = positions.length;
    for await (const rows of readFloat32Rows(path, { samples, numLabels, start })) {
      for (let from = 0; from < rows.length; from += numLabels, at++) {
        const row = rowOf.get(positions[at]!);
        if (row === undefined || parts[row] !== part) continue;
        scores.set(rows.subarray(from, from + numLabels), row * numLabels);
      }
    }
  }
  return { scores, parts };
}
