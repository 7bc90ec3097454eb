import { cursorPages } from '../db/cursor.js';
import type { Database } from '../db/database.js';
import {
  captionsAt,
  knownContents,
  type MissingContent,
  missingContents,
} from '../db/embedding-entries.queries.js';
import type { Modality } from '../db/enums.js';
import type { EmbedItem } from '../ml/clip/embed-chunk.js';
import type { BlobStore } from '../storage/blob-store.js';
import { sha256FromBytes } from '../storage/sha256.js';
import { NO_PHOTOS, type PhotoList } from './embedding-plans.js';

const DIGEST_BYTES = 32;
const PAGE = 256;

/** Contents without a vector, packed: 36 bytes each. */
export interface ContentList {
  readonly modality: Modality;
  readonly length: number;
  content(index: number): Buffer;
  /** of the first sample that has it */
  position(index: number): number;
}

/**
 * What one version still lacks in one space, each content once, in sample order.
 * @param within only contents whose first sample is at a position from `from` on and before `to`
 */
export async function listMissing(
  db: Database,
  set: { versionId: string; spaceId: string; sampleCount: number },
  modality: Modality,
  within = { from: 0, to: set.sampleCount },
): Promise<ContentList> {
  const most = within.to - within.from;
  const digests = Buffer.alloc(most * DIGEST_BYTES);
  const positions = new Int32Array(most);
  let length = 0;
  await db.transaction(async (tx) => {
    const pages = cursorPages<MissingContent & { [column: string]: unknown }>(
      tx,
      'missing_contents',
      missingContents(modality),
      [set.versionId, set.spaceId, within.from, within.to],
    );
    for await (const page of pages) {
      for (const { content, position } of page) {
        content.copy(digests, length * DIGEST_BYTES);
        positions[length++] = position;
      }
    }
  });
  return {
    modality,
    length,
    content: (index) => digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES),
    position: (index) => positions[index]!,
  };
}

/** The photos of a list; none of captions. */
export function photosOf(blobs: BlobStore, list: ContentList): PhotoList {
  if (list.modality === 'TEXT') return NO_PHOTOS;
  return { length: list.length, source: (index) => photoOf(blobs, list.content(index)) };
}

function photoOf(blobs: BlobStore, content: Buffer): { path: string } {
  return { path: blobs.path(sha256FromBytes(content)) };
}

/**
 * What is to be embedded, in order; `announce` hears of each content as its item goes out. Contents that another job has
 * embedded since the list was made are passed over.
 */
export async function* itemsToEmbed(
  deps: { db: Database; blobs: BlobStore },
  set: { versionId: string; spaceId: string },
  list: ContentList,
  announce: (content: Buffer | null, index: number) => void,
): AsyncGenerator<EmbedItem> {
  for (let from = 0; from < list.length; from += PAGE) {
    const indices = Array.from({ length: Math.min(PAGE, list.length - from) }, (_, i) => from + i);
    const known = await knownContents(
      deps.db,
      set.spaceId,
      list.modality,
      indices.map((index) => list.content(index)),
    );
    const captions =
      list.modality === 'TEXT'
        ? await captionsAt(
            deps.db,
            set.versionId,
            indices.map((index) => list.position(index)),
          )
        : undefined;
    for (const index of indices) {
      const content = list.content(index);
      if (known.has(content.toString('hex'))) {
        announce(null, index);
        continue;
      }
      announce(content, index);
      yield captions
        ? { text: captions.get(list.position(index))! }
        : { image: photoOf(deps.blobs, content) };
    }
  }
}
