import type { BatchPredictionRow } from '../db/batch-predictions.queries.js';
import { readFloat32Rows, readRowsAt } from '../ml/data/float32-rows.js';
import { type OperatingPoint, predictedAt } from '../ml/metrics/operating-point.js';
import { findScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import type { ModelManifest } from './model-manifest.js';

export type FinishedBatch = BatchPredictionRow & { scoresSha256: string };

export function isFinished(batch: BatchPredictionRow): batch is FinishedBatch {
  return batch.scoresSha256 !== null;
}

/** What was predicted for the sample at `position` of the dataset version. */
export interface BatchResult {
  readonly position: number;
  /** [L] */
  readonly scores: Float32Array;
  /** indices of the predicted labels, best first */
  readonly labels: readonly number[];
}

/** Results in the samples' order, behind a position, at most `count`; as they come out of the file. */
export async function* batchResults(
  blobs: BlobStore,
  batch: FinishedBatch,
  { after = -1, count = Number.POSITIVE_INFINITY }: { after?: number; count?: number } = {},
): AsyncGenerator<BatchResult> {
  const path = blobs.path(batch.scoresSha256 as Sha256);
  const { numLabels, positions, start } = await findScores(path, 'test');
  const first = firstBehind(positions, after);
  const samples = Math.min(count, positions.length - first);
  const point = batch.point as OperatingPoint;
  let at = first;
  for await (const rows of readFloat32Rows(path, {
    samples,
    numLabels,
    start: start + first * numLabels * 4,
  })) {
    for (let from = 0; from < rows.length; from += numLabels, at++) {
      const scores = rows.slice(from, from + numLabels);
      yield { position: positions[at]!, scores, labels: predictedAt(point, scores) };
    }
  }
}

/** Results of samples of the batch, by their positions. */
export async function batchResultsAt(
  blobs: BlobStore,
  batch: FinishedBatch,
  wanted: readonly number[],
): Promise<BatchResult[]> {
  const path = blobs.path(batch.scoresSha256 as Sha256);
  const { numLabels, positions, start } = await findScores(path, 'test');
  const point = batch.point as OperatingPoint;
  const rows = wanted.map((position) => firstBehind(positions, position - 1));
  const found = await readRowsAt(path, { rows, numLabels, start });
  return wanted.map((position, at) => {
    const scores = found.subarray(at * numLabels, (at + 1) * numLabels);
    return { position, scores, labels: predictedAt(point, scores) };
  });
}

export function labelsOf(batch: BatchPredictionRow): ModelManifest['labels'] {
  return (batch.manifest as ModelManifest).labels;
}

/** [L], of the batch's operating point. */
export function thresholdsOf(batch: BatchPredictionRow): readonly number[] {
  return (batch.point as OperatingPoint).thresholds;
}

/** The first index whose position lies behind `after`; positions ascend. */
function firstBehind(positions: Int32Array, after: number): number {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
