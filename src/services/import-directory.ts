import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { badUserInput } from '../errors/bad-user-input.js';

const MAX_PATH = 4096;

/** A folder from which files may be read, and the import root that nothing read from it may leave. Both real paths. */
export interface ImportDirectory {
  readonly root: string;
  readonly directory: string;
}

/**
 * The one place where a client's string becomes a path: a folder named absolutely or relative to a root, which must lie
 * under an import root both as it is written and once every link in it is followed.
 * @param argument that named it, as messages call it
 * @throws BAD_USER_INPUT; what lies outside the roots is not even looked at, so the answer tells nothing about it
 */
export async function resolveImportDirectory(
  roots: readonly string[],
  directory: string,
  argument = 'source.directory',
): Promise<ImportDirectory> {
  const received = JSON.stringify(directory.slice(0, 200));
  if (directory.trim() === '' || directory.includes('\0') || directory.length > MAX_PATH) {
    throw badUserInput(
      `expected the path of a folder for \`${argument}\` but received ${received}`,
    );
  }
  if (roots.length === 0)
    throw badUserInput('No import root is configured: set CLIPWRIGHT_IMPORT_ROOTS.');
  let within = false;
  for (const root of roots) {
    const realRoot = await realpath(root).catch(() => undefined);
    if (realRoot === undefined) continue;
    const candidate = resolve(root, directory);
    if (!isWithin(root, candidate) && !isWithin(realRoot, candidate)) continue;
    within = true;
    const real = await realpath(candidate).catch(() => undefined);
    if (real === undefined) continue;
    if (!isWithin(realRoot, real)) {
      throw badUserInput(
        `The folder ${received} is a link that leaves the import root: copy the files there.`,
      );
    }
    if (!(await stat(real)).isDirectory()) {
      throw badUserInput(`expected a folder for \`${argument}\` but received the file ${received}`);
    }
    return { root: realRoot, directory: real };
  }
  if (within) throw badUserInput(`There is no folder ${received} under the import roots.`);
  throw badUserInput(
    `expected a folder under an import root for \`${argument}\` but received ${received}; ` +
      'CLIPWRIGHT_IMPORT_ROOTS lists the roots',
  );
}

/** Whether `path` is `parent` or lies below it, by their names alone. */
export function isWithin(parent: string, path: string): boolean {
  const way = relative(resolve(parent), resolve(path));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
