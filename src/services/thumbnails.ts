import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { THUMBNAIL_SIZES, type ThumbnailSize } from '../ml/image/thumbnail-size.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';
import { writeWhole } from '../storage/write-whole.js';
import { imageFile, type ServedFile } from './image-file.js';

export { THUMBNAIL_SIZES, type ThumbnailSize, thumbnailSize } from '../ml/image/thumbnail-size.js';

/** Makes thumbnails in a process of its own. */
export interface ThumbnailMaker {
  thumbnail(
    source: { path: string },
    size: ThumbnailSize,
    options?: { priority?: number },
  ): Promise<Uint8Array>;
}

/** Somebody looks at an empty frame: before the images of jobs. */
const PRIORITY = 10;

export function thumbnailDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'cache', 'thumbnails');
}

/**
 * Thumbnails under `<data>/cache/thumbnails`, made when first asked for, once however many ask at a time. Everything in
 * there can be made again, so nothing is synced, and a file that a crash left empty counts as absent. Where nothing can be
 * written, as the disk is full, they are made each time.
 */
export class Thumbnails {
  readonly #directory: string;
  readonly #making = new Map<string, Promise<ServedFile | null>>();

  constructor(
    private readonly deps: { db: Sql; blobs: BlobStore; images: ThumbnailMaker },
    dataDirectory: string,
  ) {
    this.#directory = thumbnailDirectory(dataDirectory);
  }

  /** Null where there is no such image, or none that can be drawn. */
  async get(sha256: string, size: ThumbnailSize): Promise<ServedFile | null> {
    const path = this.#path(sha256, size);
    const found = await stat(path).catch(() => undefined);
    if (found && found.size > 0) return { path, contentType: 'image/webp' };
    let made = this.#making.get(path);
    if (!made) {
      made = this.#make(sha256, size, path).finally(() => this.#making.delete(path));
      this.#making.set(path, made);
    }
    return made;
  }

  /** Those of an image that is gone. */
  async remove(sha256: string): Promise<void> {
    for (const size of THUMBNAIL_SIZES) await rm(this.#path(sha256, size), { force: true });
  }

  async #make(sha256: string, size: ThumbnailSize, path: string): Promise<ServedFile | null> {
    const image = await imageFile(this.deps, sha256);
    if (!image) return null;
    let bytes: Uint8Array;
    try {
      bytes = await this.deps.images.thumbnail({ path: image.path }, size, { priority: PRIORITY });
    } catch (error) {
      if (error instanceof ClipwrightError && error.code.startsWith('IMAGE_')) return null;
      throw error;
    }
    const contentType = 'image/webp';
    return (await this.#keep(bytes, path)) ? { path, contentType } : { bytes, contentType };
  }

  async #keep(bytes: Uint8Array, path: string): Promise<boolean> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await writeWhole(path, bytes);
      return true;
    } catch {
      return false;
    }
  }

  #path(sha256: string, size: ThumbnailSize): string {
    if (!THUMBNAIL_SIZES.includes(size)) {
      throw new RangeError(
        `expected one of ${THUMBNAIL_SIZES.join(', ')} for \`size\` but received ${size}`,
      );
    }
    return join(this.#directory, `${parseSha256(sha256)}-${size}.webp`);
  }
}
