import type { Database } from '../db/database.js';
import { lockEncoder } from '../db/encoder-jobs.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { enqueueJob } from '../jobs/enqueue.js';
import type { EncoderSource } from './encoder-source.js';
import { openEncoderFolder } from './open-encoder-folder.js';

export interface AddEncoderDeps {
  db: Database;
  encoders: Pick<EncoderSource, 'get'>;
  importRoots: readonly string[];
}

/**
 * Asks for a copy of a folder below an import root, as `local/<the folder's name>`. Whoever calls has seen to it that the
 * viewer may read directories of the server.
 * @returns the job, which is the one under way where this folder has one
 * @throws BAD_USER_INPUT, ENCODER_FILE_MISSING, ENCODER_FILE_INVALID; CONFLICT where there is a sound one of that name, or
 *   one is on its way from elsewhere
 */
export async function addEncoder(deps: AddEncoderDeps, directory: string): Promise<string> {
  const { name, source } = await openEncoderFolder(deps.importRoots, directory);
  const from = source.where.directory;
  const encoderId = `local/${name}`;
  if (await deps.encoders.get(encoderId)) {
    throw new ClipwrightError(
      'CONFLICT',
      `The encoder ${encoderId} is there already. Delete it first, or give yours another name.`,
    );
  }
  return deps.db.transaction(async (tx) => {
    const open = await lockEncoder(tx, encoderId);
    if (!open) {
      return enqueueJob(tx, { task: 'add-encoder', payload: { encoderId, directory: from } });
    }
    if (open.directory === from) return open.id;
    throw new ClipwrightError(
      'CONFLICT',
      `${encoderId} is being added from another folder, ${open.directory}, by job ${open.id}. Wait for it, cancel it, or give yours another name.`,
    );
  });
}
