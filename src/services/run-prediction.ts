import { open, rm } from 'node:fs/promises';
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
import { readAt } from '../ml/data/read-at.js';
import { type OperatingPoint, scoresAt } from '../ml/metrics/operating-point.js';
import { MODALITIES, type Modality } from '../ml/nn/modality.js';
import {
  type EmbeddingFile,
  fileRowBytes,
  fileRowLength,
  floatsOf,
  sectionStart,
} from '../ml/train/embedding-file.js';
import type { HeadInput } from '../ml/train/export-head.js';
import { scoresFileBytes } from '../ml/train/scores-file.js';
import { writeScores } from '../ml/train/write-scores.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { type FreeBytes, requireBlobRoom } from './disk-room.js';
import { type ModalityNeeds, suffices } from './modality-needs.js';
import { headInputOf, type ModelManifest, needsOf } from './model-manifest.js';
import type { HeadRunner } from './predict.js';
import { ProgressMeter } from './progress-meter.js';

const PAGE = 5000;
/** Positions whose features are read and go through the head together … */
const BLOCK = 2048;
/** … and bytes of them, which tokens have more of. */
const BLOCK_BYTES = 8 * 1024 * 1024;

export interface RunPredictionDeps {
  db: Database;
  blobs: BlobStore;
  heads: HeadRunner;
  /** Left out: what the disk says. */
  freeBytes?: FreeBytes;
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
  await requireBlobRoom(deps, scoresFileBytes(positions.length, manifest.labels.length));
  await context.progress({ progress: 0, message: `predicting for ${positions.length} samples` });
  const kind = headInputOf(manifest);
  const artifact = kind === 'tokens' ? set.tokensSha256 : set.artifactSha256;
  if (!artifact) throw new Error(`batch ${batchId} is of tokens that its set has not`);
  const features = {
    path: deps.blobs.path(artifact.toString('hex') as Sha256),
    samples: set.sampleCount,
    dimension: set.dimension,
    tokens: manifest.encoder.tokens,
  };
  const blocks = scoreBlocks(deps, { batch, needs, positions, features, kind }, context);
  const path = await deps.blobs.temporaryPath();
  let scoresSha256: Sha256;
  try {
    await writeScores(path, manifest.labels.length, positions, blocks);
    scoresSha256 = await deps.blobs.adopt(path);
  } finally {
    await rm(path, { force: true });
  }
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

interface ToScore {
  readonly batch: BatchPredictionRow;
  readonly needs: ModalityNeeds;
  readonly positions: Int32Array;
  readonly features: EmbeddingFile;
  readonly kind: HeadInput;
}

/** [n, L] for each block of positions. */
async function* scoreBlocks(
  { blobs, heads }: RunPredictionDeps,
  { batch, needs, positions, features, kind }: ToScore,
  context: JobContext,
): AsyncGenerator<Float32Array> {
  const head = blobs.path(batch.headSha256 as Sha256);
  const point = batch.point as OperatingPoint;
  const meter = new ProgressMeter(positions.length + 1);
  const longest = Math.max(...MODALITIES.map((modality) => fileRowLength(features, modality)));
  const most = Math.max(1, Math.min(BLOCK, Math.floor(BLOCK_BYTES / (longest * 4))));
  for (let from = 0; from < positions.length; ) {
    context.signal.throwIfAborted();
    const last = positions[from]! + most;
    let to = from + 1;
    while (to < positions.length && positions[to]! < last) to++;
    const block = positions.subarray(from, to);
    const read = (modality: Modality) =>
      needs[modality] ? readFeatures(features, modality, block) : undefined;
    const [image, text] = [await read('image'), await read('text')];
    const logits = await heads.run(
      head,
      { ...(image && { image }), ...(text && { text }) },
      block.length,
      kind,
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

/** The rows of a set's file at these positions, [n, D] or of tokens; zeros where a sample lacks the modality. */
async function readFeatures(
  features: EmbeddingFile,
  modality: Modality,
  positions: Int32Array,
): Promise<Float32Array> {
  const first = positions[0]!;
  const rowBytes = fileRowBytes(features, modality);
  const bytes = new Uint8Array((positions.at(-1)! - first + 1) * rowBytes);
  const start = sectionStart(features, modality) + first * rowBytes;
  const file = await open(features.path, 'r');
  try {
    if ((await readAt(file, bytes, start)) < bytes.length) {
      throw new ClipwrightError('ARTIFACT_DAMAGED', 'the embedding set ends early');
    }
  } finally {
    await file.close();
  }
  const rows = floatsOf(bytes, features);
  const length = fileRowLength(features, modality);
  if (rows.length === positions.length * length) return rows;
  const picked = new Float32Array(positions.length * length);
  positions.forEach((position, row) => {
    const at = (position - first) * length;
    picked.set(rows.subarray(at, at + length), row * length);
  });
  return picked;
}
