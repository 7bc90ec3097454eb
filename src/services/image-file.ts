import { findImages } from '../db/imports.queries.js';
import type { Sql } from '../db/sql.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';

/** A file that is there, or the bytes of one that could not be kept. */
export type ServedFile = ({ readonly path: string } | { readonly bytes: Uint8Array }) & {
  readonly contentType: string;
};

/** The file of an image that some sample has; null where there is none. Any other blob is none of a client's business. */
export async function imageFile(
  deps: { db: Sql; blobs: BlobStore },
  sha256: string,
): Promise<{ path: string; contentType: string } | null> {
  const digest = parseSha256(sha256);
  const [image] = await findImages(deps.db, [digest]);
  if (!image || !(await deps.blobs.has(digest))) return null;
  return { path: deps.blobs.path(digest), contentType: `image/${image.format}` };
}
