import type { Database } from '../db/database.js';
import { aliasesByVersions } from '../db/models.queries.js';
import { deleteModelVersionRow, lockModelOfVersion } from '../db/registry.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import type { Deletion } from './delete-run.js';
import { removeUnreferenced } from './remove-blobs.js';
import { resolveModelVersion } from './resolve-model-ref.js';

/** Deletes a version that no alias points at. Its number is never given again; the run stays. */
export async function deleteModelVersion(
  deps: { db: Database; blobs: BlobStore },
  ref: string,
): Promise<Deletion> {
  const version = await resolveModelVersion(deps.db, ref);
  if (!version) throw new ClipwrightError('NOT_FOUND', 'There is no such model version.');
  const file = await deps.db.transaction(async (tx) => {
    await lockModelOfVersion(tx, version.id);
    const aliases = await aliasesByVersions(tx, [version.id]);
    if (aliases.length > 0) {
      const names = aliases.map((alias) => alias.name).join(', ');
      throw new ClipwrightError(
        'CONFLICT',
        `Aliases point at the version: ${names}. Move or remove them first.`,
      );
    }
    const sha256 = await deleteModelVersionRow(tx, version.id);
    if (!sha256) throw new ClipwrightError('NOT_FOUND', 'There is no such model version.');
    return sha256 as Sha256;
  });
  return { id: version.id, freedBytes: await removeUnreferenced(deps, [file]) };
}
