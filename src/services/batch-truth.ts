import { labelledRows } from '../db/batch-truth.queries.js';
import { datasetVersionsByIds } from '../db/datasets.queries.js';
import type { Split } from '../db/enums.js';
import type { Sql } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import type { KnownRows } from '../ml/metrics/known-rows.js';
import type { ScoresInFile } from '../ml/processes/statistics.methods.js';
import { findScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { type FinishedBatch, labelsOf } from './batch-results.js';

export interface BatchTruth {
  scores: ScoresInFile;
  /** [N]: the samples' places in the dataset version, ascending */
  positions: Int32Array;
  known: KnownRows;
  /** [K]: what the version calls the labels of `known` */
  versionLabels: number[];
}

/** A batch's scores beside what its version says of the samples: of those labels whose keys the model and the version both have. */
export async function batchTruth(
  { db, blobs }: { db: Sql; blobs: BlobStore },
  batch: FinishedBatch,
  split: Split | null,
): Promise<BatchTruth> {
  const path = blobs.path(batch.scoresSha256 as Sha256);
  const { numLabels, positions, start } = await findScores(path, 'test');
  const [version] = await datasetVersionsByIds(db, [batch.versionId]);
  if (!version) throw new ClipwrightError('NOT_FOUND', 'The dataset version has been deleted.');
  const ofModel = new Map(labelsOf(batch).map(({ key }, index) => [key, index]));
  const common = version.labels.filter(({ key }) => ofModel.has(key));
  const places = new Map(common.map(({ index }, place) => [index, place]));
  const entryOf = (entry: number): number[] => {
    const place = places.get(entry < 0 ? ~entry : entry);
    if (place === undefined) return [];
    return [entry < 0 ? ~place : place];
  };
  const labelled = await labelledRows(db, batch.versionId, positions, split);
  return {
    scores: { path, start, samples: positions.length, numLabels },
    positions,
    known: {
      rows: Int32Array.from(labelled, ({ row }) => row),
      labels: Int32Array.from(common, ({ key }) => ofModel.get(key)!),
      labelSets: packLabelSets(labelled.map(({ labels }) => labels.flatMap(entryOf))),
    },
    versionLabels: common.map(({ index }) => index),
  };
}
