import { open } from 'node:fs/promises';
import {
  type BatchPredictionRow,
  batchPredictionById,
  finishBatch,
  markBatchStarted,
  predictableSamples,
} from '../db/batch-predictions.queries.js';
import { lockBlobsForWriting } from '../db/blob-lock.js';
import type { Database } from '../db/database.js';
import { setToEmbed } from '../db/embeddings.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import { type OperatingPoint, scoresAt } from '../ml/metrics/operating-point.js';
import { writeScores } from '../ml/train/write-scores.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { type ModalityNeeds, suffices } from './modality-needs.js';
import { type ModelManifest, needsOf } from './model-manifest.js';
import type { HeadRunner } from './predict.js';
import { ProgressMeter } from './progress-meter.js';

const PAGE = 5000;
/** Positions whose features are read and go through the head together: 8 MB at 512 dimensions. */
const BLOCK = 2048;

export interface RunPredictionDeps {
  db: Database;
  blobs: BlobStore;
  heads: HeadRunner;
}

/**
 * Predicts for a dataset version from its embedding set, a block at a time, and keeps the scores as a run's are kept. Samples
 * that lack what the model needs are left out. A second attempt begins again, and gives the same bytes.
 */
export async function runPrediction(
  deps: RunPredictionDeps,
  batchId: string,
  context: JobContext,
): Promise<void> {
  const batch = await batchPredictionById(deps.db, batchId);
  const set = batch && (await setToEmbed(deps.db, batch.setId));
  if (!batch || !set?.artifactSha256) {
    throw new ClipwrightError('NOT_FOUND', 'The batch prediction or its embedding set is gone.');
  }
  await context.fenced((tx) => markBatchStarted(tx, batchId));
  const manifest = batch.manifest as ModelManifest;
  const needs = needsOf(manifest);
  const positions = await predictablePositions(deps.db, batch, needs);
  if (positions.length === 0) {
    throw new ClipwrightError(
      'BAD_USER_INPUT',
      'No sample of these splits has what the model needs: choose other splits, or another model.',
    );
  }
  await context.progress({ progress: 0, message: `predicting for ${positions.length} samples` });
  const features = {
    path: deps.blobs.path(set.artifactSha256.toString('hex') as Sha256),
    numSamples: set.sampleCount,
    dimension: set.dimension,
  };
  const path = await deps.blobs.temporaryPath();
  await writeScores(
    path,
    manifest.labels.length,
    positions,
    scoreBlocks(deps, { batch, needs, positions, features }, context),
  );
  const scoresSha256 = await deps.blobs.adopt(path);
  await context.succeed(async (tx) => {
    await lockBlobsForWriting(tx);
    if (!(await deps.blobs.has(scoresSha256)))
      throw new Error('the scores were removed before their row was written');
    await finishBatch(tx, batchId, { scoresSha256, sampleCount: positions.length });
  });
}

async function predictablePositions(
  db: Database,
  { versionId, splits }: BatchPredictionRow,
  needs: ModalityNeeds,
): Promise<Int32Array> {
  const positions: number[] = [];
  for (let after = -1; ; ) {
    const page = await predictableSamples(db, { versionId, splits, after, count: PAGE });
    for (const { position, hasImage, hasText } of page) {
      if (suffices(needs, { image: hasImage, text: hasText })) positions.push(position);
    }
    if (page.length < PAGE) return Int32Array.from(positions);
    after = page.at(-1)!.position;
  }
}

interface Features {
  readonly path: string;
  readonly numSamples: number;
  readonly dimension: number;
}

interface ToScore {
  readonly batch: BatchPredictionRow;
  readonly needs: ModalityNeeds;
  readonly positions: Int32Array;
  readonly features: Features;
}

/** [n, L] for each block of positions. */
async function* scoreBlocks(
  { blobs, heads }: RunPredictionDeps,
  { batch, needs, positions, features }: ToScore,
  context: JobContext,
): AsyncGenerator<Float32Array> {
  const head = blobs.path(batch.headSha256 as Sha256);
  const point = batch.point as OperatingPoint;
  const meter = new ProgressMeter(positions.length + 1);
  for (let from = 0; from < positions.length; ) {
    context.signal.throwIfAborted();
    const last = positions[from]! + BLOCK;
    let to = from + 1;
    while (to < positions.length && positions[to]! < last) to++;
    const block = positions.subarray(from, to);
    const read = (modality: 'image' | 'text') =>
      needs[modality] ? readFeatures(features, modality, block) : undefined;
    const [image, text] = [await read('image'), await read('text')];
    const logits = await heads.run(
      head,
      { ...(image && { image }), ...(text && { text }) },
      block.length,
    );
    // Rounded to float32 as the scores were on which the point was fitted.
    yield scoresAt(
      point,
      logits.map((logit) => 1 / (1 + Math.exp(-logit))),
    );
    meter.add(block.length);
    await context.progress(meter.update());
    from = to;
  }
}

/** The rows of a set's file at these positions, [n, D]; zeros where a sample lacks the modality. */
async function readFeatures(
  { path, numSamples, dimension }: Features,
  modality: 'image' | 'text',
  positions: Int32Array,
): Promise<Float32Array> {
  const first = positions[0]!;
  const rows = new Float32Array((positions.at(-1)! - first + 1) * dimension);
  const bytes = new Uint8Array(rows.buffer);
  const start = ((modality === 'image' ? 0 : numSamples) + first) * dimension * 4;
  const file = await open(path, 'r');
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
      if (bytesRead === 0)
        throw new ClipwrightError('ARTIFACT_DAMAGED', 'the embedding set ends early');
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  if (rows.length === positions.length * dimension) return rows;
  const picked = new Float32Array(positions.length * dimension);
  positions.forEach((position, row) => {
    const at = (position - first) * dimension;
    picked.set(rows.subarray(at, at + dimension), row * dimension);
  });
  return picked;
}
