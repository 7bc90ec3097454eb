import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../db/database.js';
import { lockEncoder } from '../db/encoder-jobs.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { enqueueJob } from '../jobs/enqueue.js';
import { ENCODER_FILES } from '../ml/clip/encoder-description.js';
import { variantFileNames } from '../ml/clip/encoder-variant.js';
import { DirectorySource } from './directory-source.js';
import { checkEncoderSizes, type SizedFile } from './encoder-sizes.js';
import type { EncoderSource } from './encoder-source.js';
import { isWithin, resolveImportDirectory } from './import-directory.js';

const { config, preprocessor, tokenizer, tokenizerConfig, vision, text } = ENCODER_FILES;
const NEEDED = [config, preprocessor, tokenizer, vision, text];
const OPTIONAL = [tokenizerConfig, `${vision}_data`, `${text}_data`, ...variantFileNames()];

export interface AddEncoderDeps {
  db: Database;
  encoders: Pick<EncoderSource, 'get'>;
  importRoots: readonly string[];
}

/** What of a folder is an encoder's. */
export interface EncoderToAdd {
  readonly name: string;
  readonly source: DirectorySource;
  readonly files: readonly SizedFile[];
  readonly totalBytes: number;
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
      `The encoder ${encoderId} is there already. Remove its folder, encoders/${name} in the data directory, or give yours another name.`,
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
      `Job ${open.id} is making ${encoderId} of another folder. Wait for it, cancel it, or give yours another name.`,
    );
  });
}

/** Links are followed where they stay under the import root, as those of the hub's own cache do. */
export async function openEncoderFolder(
  importRoots: readonly string[],
  directory: string,
): Promise<EncoderToAdd> {
  const where = await resolveImportDirectory(importRoots, directory, 'directory');
  const files: SizedFile[] = [];
  const linked = new Map<string, string>();
  for (const file of [...NEEDED, ...OPTIONAL]) {
    const plain = path.join(where.directory, file);
    const real = await realpath(plain).catch(() => undefined);
    if (real === undefined) {
      if (OPTIONAL.includes(file)) continue;
      throw new ClipwrightError('ENCODER_FILE_MISSING', `the encoder's folder has no ${file}`);
    }
    if (!isWithin(where.root, real)) {
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${file} leads out of the import root`);
    }
    if (real !== plain) linked.set(file, real);
    files.push({ path: file, size: (await stat(real)).size });
  }
  return {
    name: nameOf(where.directory),
    source: new DirectorySource(
      where,
      files.map((file) => file.path),
      linked,
    ),
    files,
    totalBytes: checkEncoderSizes(files),
  };
}

/** The folder's own name, as it stands in ids and becomes a folder again. */
function nameOf(directory: string): string {
  const name = path.basename(directory);
  if (/^[A-Za-z0-9][\w.-]{0,95}$/.test(name)) return name;
  throw badUserInput(
    'expected a folder whose name consists of letters, digits, `.`, `_` and `-`, at most 96, for `directory` but ' +
      `received ${JSON.stringify(name.slice(0, 200))}`,
  );
}
