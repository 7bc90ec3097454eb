import { setMaxListeners } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockBlobsForWriting } from '../db/blob-lock.js';
import { countContents } from '../db/embedding-entries.queries.js';
import {
  claimShard,
  deleteShards,
  insertShards,
  reopenShards,
  shardsLeft,
} from '../db/embedding-shards.queries.js';
import {
  addComputed,
  completeSet,
  lockSetById,
  type SetToEmbed,
  setToEmbed,
} from '../db/embeddings.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import type { Sha256 } from '../storage/blob-store.js';
import { advanceExperimentsOfSet } from './advance-experiments.js';
import { type FreeBytes, requireBlobRoom } from './disk-room.js';
import { type EmbedContentsDeps, embedContents } from './embed-contents.js';
import { embedShard } from './embed-shard.js';
import type { PhotoList } from './embedding-plans.js';
import { type SetFiles, writeSetFiles } from './embedding-store.js';
import { encoderOfSet } from './encoder-of-set.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';
import { enqueueWaiting } from './enqueue-waiting.js';
import { type ContentList, listMissing, photosOf } from './missing-contents.js';
import { hasTokens, packFormat, packRowBytes } from './pack-format.js';
import { isWorthSharding, planShards } from './plan-shards.js';
import { ProgressMeter } from './progress-meter.js';

export interface RunEmbeddingDeps extends EmbedContentsDeps {
  encoders: EncoderSource;
  /** Left out: what the disk says. */
  freeBytes?: FreeBytes;
}

/** How often a job that has nothing left to do itself looks what became of others' shards. */
const WAIT_MS = 250;

/**
 * Makes an embedding set: computes what its contents lack, a pack at a time, and then writes the file that training
 * loads, or two where there are tokens. Packs that were committed stay, so a second attempt goes on where the first one
 * ended. Much work is cut into shards, of which idle workers take some (docs/decisions/0016-shards.md).
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
  const total =
    (await countContents(deps.db, set.versionId, 'IMAGE')) +
    (await countContents(deps.db, set.versionId, 'TEXT'));
  await requireRoomFor(deps, set, lists);
  const how = await howToEmbed(deps, encoder, photosOf(deps.blobs, lists[0]!), context.signal);
  const of = { set, encoder, total, how };
  if (await shareOut(context, set.id, lists)) await embedInShards(deps, context, of);
  else await embedAlone(deps, context, { ...of, lists });

  const files = await writeFiles(deps, set, context.signal);
  await context.succeed(async (tx) => {
    await lockBlobsForWriting(tx);
    const isThere = [files.vectors, files.tokens].map(
      (file) => file === null || deps.blobs.has(file),
    );
    if (!(await Promise.all(isThere)).every(Boolean))
      throw new Error('the set was removed before its row was written');
    // Whoever waits for the set holds this lock while deciding to wait.
    if (!(await lockSetById(tx, setId))) {
      throw new ClipwrightError('NOT_FOUND', 'The embedding set has been deleted.');
    }
    await completeSet(tx, setId, files);
    await deleteShards(tx, setId);
    await enqueueWaiting(tx, setId);
    await advanceExperimentsOfSet(tx, setId);
  });
}

/** @throws DISK_FULL where the packs of what is missing and the set's files do not fit */
async function requireRoomFor(
  deps: RunEmbeddingDeps,
  set: SetToEmbed,
  lists: readonly ContentList[],
): Promise<void> {
  const bytes = lists.map(
    ({ modality, length }) => (length + set.sampleCount) * packRowBytes(packFormat(set, modality)),
  );
  await requireBlobRoom(deps, bytes[0]! + bytes[1]!);
}

/** @returns whether the set's contents are in shards, of this attempt or of an earlier one */
function shareOut(
  context: JobContext,
  setId: string,
  lists: readonly ContentList[],
): Promise<boolean> {
  return context.fenced(async (tx) => {
    if ((await reopenShards(tx, setId)) > 0) return true;
    await deleteShards(tx, setId);
    if (!isWorthSharding(lists)) return false;
    await insertShards(tx, setId, planShards(lists));
    return true;
  });
}

interface SetUnderWay {
  set: SetToEmbed;
  encoder: UsableEncoder;
  /** contents of the set */
  total: number;
  /** what was measured of this machine, as part of a sentence */
  how: string;
}

async function embedAlone(
  deps: RunEmbeddingDeps,
  context: JobContext,
  { set, encoder, total, how, lists }: SetUnderWay & { lists: readonly ContentList[] },
): Promise<void> {
  const missing = lists.reduce((sum, list) => sum + list.length, 0);
  const meter = new ProgressMeter(total + 1, total - missing);
  await context.progress({ ...meter.update(), message: `${toEmbed(missing, total)}${how}` });
  for (const list of lists) {
    await embedContents(deps, context, {
      set,
      encoder,
      list,
      record: (tx, _, inserted) => addComputed(tx, set.id, inserted),
      onDone: (count) => {
        meter.add(count);
        return context.progress(meter.update());
      },
    });
  }
}

/** Works on shards until none is left, and waits for those that others are at, which come back where a worker is lost. */
async function embedInShards(
  deps: RunEmbeddingDeps,
  context: JobContext,
  { set, encoder, total, how }: SetUnderWay,
): Promise<void> {
  let left = await shardsLeft(deps.db, set.id);
  const meter = new ProgressMeter(total + 1, total - left.contents);
  const message = `${toEmbed(left.contents, total)}, in ${left.shards} parts${how}`;
  await context.progress({ ...meter.update(), message });
  const report = async () => {
    left = await shardsLeft(deps.db, set.id);
    meter.leave(left.contents + 1);
    await context.progress(meter.update());
  };
  while (left.shards > 0) {
    const shard = await context.fenced((tx) => claimShard(tx, set.id));
    if (shard) await embedShard(deps, context, { set, encoder, shard }, report);
    else await sleep(WAIT_MS, undefined, { signal: context.signal });
    await report();
  }
}

/** Measures it where it is not known and that is worth it. */
async function howToEmbed(
  { plans }: RunEmbeddingDeps,
  { description }: UsableEncoder,
  photos: PhotoList,
  signal: AbortSignal,
): Promise<string> {
  const plan = await plans.choose(description, photos, signal);
  if (!plan) return '';
  const { processes, threads, batch } = plan;
  return `; as measured here: ${processes} × ${threads} (processes × threads), ${batch} photos at once`;
}

function toEmbed(missing: number, total: number): string {
  return `${missing} of ${total} photos and captions to embed`;
}

/** What is not finished goes at once: it may be gigabytes, and the disk may be full of them. */
async function writeFiles(
  deps: RunEmbeddingDeps,
  set: SetToEmbed,
  signal: AbortSignal,
): Promise<SetFiles<Sha256>> {
  const paths = {
    vectors: await deps.blobs.temporaryPath(),
    tokens: hasTokens(set) ? await deps.blobs.temporaryPath() : null,
  };
  try {
    return await writeAndAdopt(deps, paths, set, signal);
  } finally {
    for (const path of [paths.vectors, paths.tokens])
      if (path !== null) await rm(path, { force: true });
  }
}

async function writeAndAdopt(
  deps: RunEmbeddingDeps,
  paths: SetFiles<string>,
  set: SetToEmbed,
  signal: AbortSignal,
): Promise<SetFiles<Sha256>> {
  const written = await writeSetFiles(deps, paths, set, signal);
  if (written.IMAGE !== set.imageCount || written.TEXT !== set.textCount) {
    throw new Error(
      `embedding set ${set.id}: ${written.IMAGE} of ${set.imageCount} image and ` +
        `${written.TEXT} of ${set.textCount} text vectors were found`,
    );
  }
  return {
    vectors: await deps.blobs.adopt(paths.vectors),
    tokens: paths.tokens === null ? null : await deps.blobs.adopt(paths.tokens),
  };
}
