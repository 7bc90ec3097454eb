import { setMaxListeners } from 'node:events';
import { lockBlobsForWriting } from '../db/blob-lock.js';
import type { Database } from '../db/database.js';
import {
  addComputed,
  completeSet,
  countContents,
  lockSetById,
  type SetToEmbed,
  setToEmbed,
} from '../db/embeddings.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import { embedAll } from '../ml/clip/embed-pipeline.js';
import type { EmbeddingRunner, PixelSource } from '../ml/clip/embed-ports.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import { advanceExperimentsOfSet } from './advance-experiments.js';
import { writeEmbeddingFile } from './embedding-store.js';
import { encoderOfSet } from './encoder-of-set.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';
import { enqueueWaiting } from './enqueue-waiting.js';
import { type ContentList, itemsToEmbed, listMissing } from './missing-contents.js';
import { PackWriter } from './pack-writer.js';
import { ProgressMeter } from './progress-meter.js';
import { storePack } from './store-pack.js';

export interface RunEmbeddingDeps {
  db: Database;
  blobs: BlobStore;
  encoders: EncoderSource;
  /** decodes and resamples */
  images: PixelSource;
  /** runs the models */
  runner: EmbeddingRunner;
}

/**
 * Makes an embedding set: computes what its contents lack, a pack at a time, and then writes the one file that training
 * loads. Packs that were committed stay, so a second attempt goes on where the first one ended.
 */
export async function runEmbedding(
  deps: RunEmbeddingDeps,
  setId: string,
  context: JobContext,
): Promise<void> {
  setMaxListeners(0, context.signal); // each image under way listens
  const set = await setToEmbed(deps.db, setId);
  if (!set) throw new ClipwrightError('NOT_FOUND', 'The embedding set has been deleted.');
  const encoder = await encoderOfSet(deps.encoders, set);
  const lists = [await listMissing(deps.db, set, 'IMAGE'), await listMissing(deps.db, set, 'TEXT')];
  const missing = lists.reduce((sum, list) => sum + list.length, 0);
  const total =
    (await countContents(deps.db, set.versionId, 'IMAGE')) +
    (await countContents(deps.db, set.versionId, 'TEXT'));
  const meter = new ProgressMeter(total + 1, total - missing);
  await context.progress({
    ...meter.update(),
    message: `${missing} of ${total} photos and captions to embed`,
  });
  for (const list of lists) await computeList(deps, context, { set, encoder, list, meter });

  const artifact = await writeArtifact(deps, set, context.signal);
  await context.succeed(async (tx) => {
    await lockBlobsForWriting(tx);
    if (!(await deps.blobs.has(artifact)))
      throw new Error('the set was removed before its row was written');
    // Whoever waits for the set holds this lock while deciding to wait.
    if (!(await lockSetById(tx, setId))) {
      throw new ClipwrightError('NOT_FOUND', 'The embedding set has been deleted.');
    }
    await completeSet(tx, setId, artifact);
    await enqueueWaiting(tx, setId);
    await advanceExperimentsOfSet(tx, setId);
  });
}

async function computeList(
  deps: RunEmbeddingDeps,
  context: JobContext,
  of: { set: SetToEmbed; encoder: UsableEncoder; list: ContentList; meter: ProgressMeter },
): Promise<void> {
  const { set, list, meter } = of;
  /** contents whose items went out and whose vectors have not come back, in order */
  const underWay: { content: Buffer; index: number }[] = [];
  const items = itemsToEmbed(deps, set, list, (content, index) => {
    if (content) underWay.push({ content, index });
    else meter.add(1);
  });
  const packs = new PackWriter(set.dimension, async (vectors, contents) => {
    const pack = { spaceId: set.spaceId, modality: list.modality, vectors, contents };
    await storePack(deps, context, pack, (tx, inserted) => addComputed(tx, set.id, inserted));
    meter.add(contents.length);
    await context.progress(meter.update());
  });
  const chunks = embedAll(items, {
    encoder: of.encoder.description,
    images: deps.images,
    runner: deps.runner,
    signal: context.signal,
  });
  for await (const chunk of chunks) {
    const done = underWay.splice(0, chunk.count);
    const [failure] = chunk.failures;
    if (failure) throw failedItem(list, done[failure[0]]!.index, failure[1]);
    await packs.add(
      chunk.vectors,
      done.map(({ content }) => content),
    );
  }
  await packs.flush();
}

/** The import decoded this image, so the next attempt may do so again. */
function failedItem(list: ContentList, index: number, error: ClipwrightError): ClipwrightError {
  return new ClipwrightError(
    error.code,
    `The photo of sample ${list.position(index) + 1} (in key order) cannot be embedded: ${error.message}`,
    true,
  );
}

async function writeArtifact(
  deps: RunEmbeddingDeps,
  set: SetToEmbed,
  signal: AbortSignal,
): Promise<Sha256> {
  const path = await deps.blobs.temporaryPath();
  const written = await writeEmbeddingFile(deps, path, set, signal);
  if (written.IMAGE !== set.imageCount || written.TEXT !== set.textCount) {
    throw new Error(
      `embedding set ${set.id}: ${written.IMAGE} of ${set.imageCount} image and ` +
        `${written.TEXT} of ${set.textCount} text vectors were found`,
    );
  }
  return deps.blobs.adopt(path);
}
