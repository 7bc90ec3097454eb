import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { COMBINED_FILES, ENCODER_FILES } from '../ml/clip/encoder-description.js';
import { variantFileNames } from '../ml/clip/encoder-variant.js';
import { DirectorySource } from './directory-source.js';
import { checkEncoderSizes, type SizedFile } from './encoder-sizes.js';
import { type ImportDirectory, isWithin, resolveImportDirectory } from './import-directory.js';

const { config, preprocessor, tokenizer, tokenizerConfig, vision, text } = ENCODER_FILES;
const SHARED = [config, preprocessor, tokenizer];

/** What of a folder is an encoder's. */
export interface EncoderToAdd {
  readonly name: string;
  readonly source: DirectorySource;
  readonly files: readonly SizedFile[];
  readonly totalBytes: number;
  /** Both towers are in one graph. */
  readonly isCombined: boolean;
}

/**
 * Finds an encoder's files in a folder below an import root. Links are followed where they stay under the root, as those of the
 * hub's own cache do.
 * @throws BAD_USER_INPUT, ENCODER_FILE_MISSING, ENCODER_FILE_INVALID, ENCODER_UNSUPPORTED
 */
export async function openEncoderFolder(
  importRoots: readonly string[],
  directory: string,
): Promise<EncoderToAdd> {
  const where = await resolveImportDirectory(importRoots, directory, 'directory');
  const { required, optional, isCombined } = await layoutOf(where.directory);
  const found: FoundFile[] = [];
  for (const name of [...required, ...optional]) {
    const file = await findFile(where, name);
    if (file) found.push(file);
  }
  requireAll(required, found);
  const names = found.map((file) => file.path);
  const links = found.filter((file) => file.real !== path.join(where.directory, file.path));
  const linked = new Map(links.map((file) => [file.path, file.real]));
  return {
    name: nameOf(where.directory),
    source: new DirectorySource(where, names, linked),
    files: found,
    totalBytes: checkEncoderSizes(found),
    isCombined,
  };
}

/** Names below an encoder's folder. */
interface Layout {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly isCombined: boolean;
}

/** Two towers, or, where there is no vision tower, one graph with both. */
async function layoutOf(directory: string): Promise<Layout> {
  const split = {
    required: [...SHARED, vision, text],
    optional: [tokenizerConfig, `${vision}_data`, `${text}_data`, ...variantFileNames()],
    isCombined: false,
  };
  if (await realPath(directory, vision)) return split;
  for (const combined of COMBINED_FILES) {
    if (!(await realPath(directory, combined))) continue;
    const optional = [tokenizerConfig, `${combined}_data`];
    return { required: [...SHARED, combined], optional, isCombined: true };
  }
  return split;
}

interface FoundFile extends SizedFile {
  /** Where it lies, without links. */
  readonly real: string;
}

async function findFile(where: ImportDirectory, name: string): Promise<FoundFile | undefined> {
  const real = await realPath(where.directory, name);
  if (real === undefined) return undefined;
  if (!isWithin(where.root, real)) {
    throw new ClipwrightError('ENCODER_FILE_INVALID', `${name} leads out of the import root`);
  }
  return { path: name, real, size: (await stat(real)).size };
}

function realPath(directory: string, name: string): Promise<string | undefined> {
  return realpath(path.join(directory, name)).catch(() => undefined);
}

/** Says all that is missing, as people put it there at once. */
function requireAll(required: readonly string[], found: readonly SizedFile[]): void {
  const missing = required.filter((name) => !found.some((file) => file.path === name));
  if (missing.length === 0) return;
  throw new ClipwrightError(
    'ENCODER_FILE_MISSING',
    `the encoder's folder has no ${missing.join(', no ')}: it takes ${[...SHARED, vision].join(', ')} and ${text}, or both towers in one onnx/model.onnx (docs/recipes/add-an-encoder.md)`,
  );
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
