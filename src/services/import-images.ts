import type { Database } from '../db/database.js';
import { findImages, type ImageRow } from '../db/imports.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { ImageInfo } from '../ml/image/inspect-image.js';
import type { BlobStore } from '../storage/blob-store.js';
import { mapBounded } from '../storage/map-bounded.js';
import { parseSha256, sha256Of } from '../storage/sha256.js';
import { type FreeBytes, requireBlobRoom } from './disk-room.js';
import { type ImportSource, SourceFileError } from './import-source.js';

/** Decodes an image in a process of its own; rejects with a code IMAGE_… where the image is at fault. */
export interface ImageInspector {
  inspect(source: { bytes: Uint8Array }, options?: { signal?: AbortSignal }): Promise<ImageInfo>;
}

export interface ImportImagesDeps {
  db: Database;
  blobs: BlobStore;
  images: ImageInspector;
  imageBytes: number;
  /** Left out: what the disk says. */
  freeBytes?: FreeBytes;
}

/** An image that is stored and known, or why it cannot be. */
export type ImportedImage =
  | { readonly kind: 'stored'; readonly row: ImageRow }
  | { readonly kind: 'rejected'; readonly reason: string };

const READS_AT_ONCE = 8;
const KEPT_BYTES = 32 * 1024 * 1024;

interface Found {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** null where too much is kept already: it is read again */
  bytes: Buffer | null;
}

/**
 * Reads some files of the source and sees to it that their content is stored. What the database knows already is neither
 * decoded nor written again.
 * @returns by path, in no particular order
 */
export async function importImages(
  deps: ImportImagesDeps,
  source: ImportSource,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, ImportedImage>> {
  const results = new Map<string, ImportedImage>();
  const found = await readAll(deps, source, paths, results, signal);
  const digests = [...new Set(found.map((file) => file.sha256))];
  const stored = await storedImages(deps, digests);
  const fresh = [...new Map(found.map((file) => [file.sha256, file])).values()].filter(
    (file) => !stored.has(file.sha256),
  );
  const faults = new Map<string, string>();
  for (const slice of slicesOf(fresh)) {
    signal.throwIfAborted();
    for (const row of await storeSlice(deps, source, slice, faults, signal)) {
      stored.set(row.sha256, row);
    }
  }
  for (const { path, sha256 } of found) {
    const row = stored.get(sha256);
    results.set(
      path,
      row
        ? { kind: 'stored', row }
        : { kind: 'rejected', reason: faults.get(sha256) ?? 'the image cannot be read' },
    );
  }
  return results;
}

/** A row whose file is gone (a damaged disk, an incomplete restore) does not count: the file is stored again. */
async function storedImages(
  deps: ImportImagesDeps,
  digests: readonly string[],
): Promise<Map<string, ImageRow>> {
  const rows = await findImages(deps.db, digests);
  const present = await mapBounded(rows, READS_AT_ONCE, (row) =>
    deps.blobs.has(parseSha256(row.sha256)),
  );
  return new Map(rows.filter((_, index) => present[index]).map((row) => [row.sha256, row]));
}

async function readAll(
  deps: ImportImagesDeps,
  source: ImportSource,
  paths: ReadonlySet<string>,
  results: Map<string, ImportedImage>,
  signal: AbortSignal,
): Promise<Found[]> {
  let kept = 0;
  const found = await mapBounded([...paths], READS_AT_ONCE, async (path) => {
    signal.throwIfAborted();
    try {
      const bytes = await source.read(path, deps.imageBytes);
      const keep = kept + bytes.length <= KEPT_BYTES;
      if (keep) kept += bytes.length;
      return { path, sha256: sha256Of(bytes), size: bytes.length, bytes: keep ? bytes : null };
    } catch (error) {
      if (!(error instanceof SourceFileError)) throw error;
      results.set(path, { kind: 'rejected', reason: `unreadable image: ${error.message}` });
      return null;
    }
  });
  return found.filter((file) => file !== null);
}

/** Such that the bytes of one slice are not too much to hold at once. */
function* slicesOf(files: readonly Found[]): Generator<Found[]> {
  let slice: Found[] = [];
  let bytes = 0;
  for (const file of files) {
    if (slice.length > 0 && bytes + file.size > KEPT_BYTES) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(file);
    bytes += file.size;
  }
  if (slice.length > 0) yield slice;
}

async function storeSlice(
  deps: ImportImagesDeps,
  source: ImportSource,
  slice: readonly Found[],
  faults: Map<string, string>,
  signal: AbortSignal,
): Promise<ImageRow[]> {
  const inspected = await mapBounded(slice, READS_AT_ONCE, async (file) => {
    try {
      const bytes = file.bytes ?? (await source.read(file.path, deps.imageBytes));
      file.bytes = null;
      if (sha256Of(bytes) !== file.sha256) {
        throw new SourceFileError('the file was changed while it was imported');
      }
      const { format, width, height } = await deps.images.inspect({ bytes }, { signal });
      return { bytes, row: { sha256: file.sha256, bytes: bytes.length, format, width, height } };
    } catch (error) {
      faults.set(file.sha256, faultOf(error));
      return null;
    }
  });
  const good = inspected.filter((image) => image !== null);
  const bytes = good.reduce((sum, image) => sum + image.bytes.length, 0);
  await requireBlobRoom(deps, bytes);
  await deps.blobs.putMany(good.map(({ bytes }) => bytes));
  return good.map(({ row }) => row);
}

/** What is wrong with the image; what is wrong with us is thrown on. */
function faultOf(error: unknown): string {
  if (error instanceof SourceFileError) return `unreadable image: ${error.message}`;
  if (error instanceof ClipwrightError && error.code.startsWith('IMAGE_')) return error.message;
  throw error;
}
