import type { Database } from '../db/database.js';
import { type SetToEmbed, warnOfSet } from '../db/embeddings.queries.js';
import type { Tx } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { JobContext } from '../jobs/task.js';
import { embedAll } from '../ml/clip/embed-pipeline.js';
import type { EmbeddingRunner, PixelSource } from '../ml/clip/embed-ports.js';
import type { BlobStore } from '../storage/blob-store.js';
import type { PlanSource } from './embedding-plans.js';
import type { UsableEncoder } from './encoder-source.js';
import { type ContentList, itemsToEmbed, photosOf } from './missing-contents.js';
import { packFormat } from './pack-format.js';
import { PackWriter } from './pack-writer.js';
import { storePack } from './store-pack.js';

export interface EmbedContentsDeps {
  db: Database;
  blobs: BlobStore;
  /** decodes and resamples */
  images: PixelSource;
  /** runs the models */
  runner: EmbeddingRunner;
  /** how they run best here */
  plans: PlanSource;
}

export interface ContentsToEmbed {
  readonly set: SetToEmbed;
  readonly encoder: UsableEncoder;
  readonly list: ContentList;
  /** Part of the transaction that keeps a pack: `done` contents, of which `inserted` were not known yet. */
  record(tx: Tx, done: number, inserted: number): Promise<void>;
  /** Hears of contents that are done: kept, or known meanwhile. */
  onDone(count: number): Promise<void>;
}

/** Computes the vectors of a list of contents and keeps them, a pack at a time. */
export async function embedContents(
  deps: EmbedContentsDeps,
  writer: Pick<JobContext, 'fenced' | 'signal'>,
  of: ContentsToEmbed,
): Promise<void> {
  const { set, list } = of;
  const encoder = of.encoder.description;
  const photos = photosOf(deps.blobs, list);
  const plan = await deps.plans.choose(encoder, photos, writer.signal);
  /** contents whose items went out and whose vectors have not come back, in order */
  const underWay: { content: Buffer; index: number }[] = [];
  let known = 0;
  const warnings = new Set<string>();
  let told = 0;
  const items = itemsToEmbed(deps, set, list, (content, index) => {
    if (content) underWay.push({ content, index });
    else known += 1;
  });
  const packs = new PackWriter(packFormat(set, list.modality), async (rows, contents) => {
    const pack = { spaceId: set.spaceId, modality: list.modality, rows, contents };
    const done = contents.length + known;
    known = 0;
    await storePack(deps, writer, pack, (tx, inserted) => of.record(tx, done, inserted));
    await of.onDone(done);
  });
  const chunks = embedAll(items, {
    encoder,
    ...(plan && { chunkSize: plan.batch }),
    images: deps.images,
    runner: deps.runner,
    signal: writer.signal,
    onFallback: (warning) => warnings.add(warning),
  });
  for await (const chunk of chunks) {
    const done = underWay.splice(0, chunk.count);
    const [failure] = chunk.failures;
    if (failure) throw failedItem(list, done[failure[0]]!.index, failure[1]);
    for (const warning of [...warnings].slice(told)) {
      await writer.fenced((tx) => warnOfSet(tx, set.id, warning));
      told += 1;
    }
    await packs.add(
      chunk.rows,
      done.map(({ content }) => content),
    );
  }
  await packs.flush();
  if (known > 0) await of.onDone(known);
}

/** The import decoded this image, so the next attempt may do so again. */
function failedItem(list: ContentList, index: number, error: ClipwrightError): ClipwrightError {
  return new ClipwrightError(
    error.code,
    `The photo of sample ${list.position(index) + 1} (in key order) cannot be embedded: ${error.message}`,
    true,
  );
}
