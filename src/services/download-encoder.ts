import type { Database } from '../db/database.js';
import { lockEncoder } from '../db/encoder-jobs.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Catalogue } from '../hub/catalogue.js';
import { offline } from '../hub/hub-client.js';
import { enqueueJob } from '../jobs/enqueue.js';
import type { PrecisionChoice } from './choose-encoder.js';
import type { EncoderSource } from './encoder-source.js';

export interface DownloadEncoderDeps {
  db: Database;
  catalogue: Catalogue;
  encoders: Pick<EncoderSource, 'get'>;
  offline: boolean;
}

/**
 * @returns the job, which is the one under way where there is one
 * @throws NOT_FOUND, BAD_USER_INPUT, CONFLICT where it is there already in this precision, or is being fetched in another,
 *   OFFLINE
 */
export async function downloadEncoder(
  deps: DownloadEncoderDeps,
  { id, precision }: { id: string; precision: PrecisionChoice },
): Promise<string> {
  const entry = deps.catalogue.get(id);
  if (!entry) {
    throw new ClipwrightError(
      'NOT_FOUND',
      `The catalogue has no encoder ${JSON.stringify(id.slice(0, 200))}. Ask \`encoders\` for those that are AVAILABLE.`,
    );
  }
  if (precision === 'AUTO' || !entry.files[precision]) {
    const known = Object.keys(entry.files).filter((name) => name !== 'shared');
    throw badUserInput(
      `expected one of ${known.join(', ')} for \`precision\` but received ${precision}: the catalogue names no other ` +
        `files of ${id}.`,
    );
  }
  if (deps.offline) throw offline();
  const there = await deps.encoders.get(id);
  const isThere =
    precision === 'FP32' ||
    there?.variants.some((each) => each.source === 'FILE' && each.precision === precision);
  if (there && isThere) {
    throw new ClipwrightError(
      'CONFLICT',
      `The encoder ${id} is there already in ${precision}. Delete it to download it anew.`,
    );
  }
  return deps.db.transaction(async (tx) => {
    const open = await lockEncoder(tx, id);
    if (!open) {
      return enqueueJob(tx, { task: 'download-encoder', payload: { encoderId: id, precision } });
    }
    if (open.precision === precision) return open.id;
    throw new ClipwrightError(
      'CONFLICT',
      `Job ${open.id} is fetching ${id} in ${open.precision}. Wait for it, or cancel it, and ask again.`,
    );
  });
}
