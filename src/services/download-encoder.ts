import type { Database } from '../db/database.js';
import { lockEncoder } from '../db/encoder-jobs.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Catalogue } from '../hub/catalogue.js';
import { offline } from '../hub/hub-client.js';
import { enqueueJob } from '../jobs/enqueue.js';
import type { EncoderSource } from './encoder-source.js';
import { familyProblem } from './list-encoders.js';

export interface DownloadEncoderDeps {
  db: Database;
  catalogue: Catalogue;
  encoders: EncoderSource;
  offline: boolean;
}

/**
 * @returns the job, which is the one under way where there is one
 * @throws NOT_FOUND, CONFLICT where it is there already, ENCODER_UNSUPPORTED, OFFLINE
 */
export async function downloadEncoder(deps: DownloadEncoderDeps, id: string): Promise<string> {
  const entry = deps.catalogue.get(id);
  if (!entry) {
    throw new ClipwrightError(
      'NOT_FOUND',
      `The catalogue has no encoder ${JSON.stringify(id.slice(0, 200))}. Ask \`encoders\` for those that are AVAILABLE.`,
    );
  }
  const problem = familyProblem(entry.family);
  if (problem !== null) throw new ClipwrightError('ENCODER_UNSUPPORTED', problem);
  if (deps.offline) throw offline();
  if (await deps.encoders.get(id)) {
    throw new ClipwrightError(
      'CONFLICT',
      `The encoder ${id} is there already. Remove its folder, hub/${id} in the data directory, to download it anew.`,
    );
  }
  return deps.db.transaction(async (tx) => {
    const open = await lockEncoder(tx, id);
    return open?.id ?? enqueueJob(tx, { task: 'download-encoder', payload: { encoderId: id } });
  });
}
