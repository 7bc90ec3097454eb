import { findImages } from '../db/imports.queries.js';
import type { Sql } from '../db/sql.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';

export interface ServedFile {
  readonly path: string;
  readonly contentType: string;
}

/** The file of an image that some sample has; null where there is none. Any other blob is none of a client's business. */
export async function imageFile(
  deps: { db: Sql; blobs: BlobStore },
  sha256: string,
): Promise<ServedFile | null> {
  const digest = parseSha256(sha256);
  const [image] = await findImages(deps.db, [digest]);
  if (!image || !(await deps.blobs.has(digest))) return null;
  return { path: deps.blobs.path(digest), contentType: `image/${image.format}` };
}
