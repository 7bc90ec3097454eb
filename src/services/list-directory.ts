import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { DirectorySource } from './directory-source.js';
import { type ImportDirectory, isWithin } from './import-directory.js';
import { type ImportSource, whyUnreadable } from './import-source.js';
import { quoted } from './listed-paths.js';

const MAX_DEPTH = 64;

/**
 * Walks the folder. Links are followed where they stay under the import root, and left out where they leave it, as are
 * hidden files and what archives from a Mac add (`__MACOSX`). No folder is listed twice.
 * @throws BAD_USER_INPUT, PAYLOAD_TOO_LARGE where there are more than `maxEntries`
 */
export async function listImportDirectory(
  where: ImportDirectory,
  options: { maxEntries: number; signal?: AbortSignal },
): Promise<ImportSource> {
  const walk = new Walk(where, options);
  await walk.folder({ real: where.directory, prefix: '', isLinked: false });
  return new DirectorySource(where, walk.paths, walk.linked, walk.leftOut);
}

interface Folder {
  readonly real: string;
  /** before the names of its entries: '' or a path with a closing slash */
  readonly prefix: string;
  /** whether a link leads there */
  readonly isLinked: boolean;
}

/** Links wait until all that lies below the folder itself is listed: what is reached both ways is listed as itself. */
class Walk {
  readonly paths: string[] = [];
  /** links that lead nowhere or out of the import root */
  leftOut = 0;
  /** real paths of the files that were reached through a link, by their place in the listing */
  readonly linked = new Map<string, string>();
  readonly #seen = new Set<string>();
  readonly #links: { path: string; link: string }[] = [];
  #entries = 0;

  constructor(
    private readonly where: ImportDirectory,
    private readonly options: { maxEntries: number; signal?: AbortSignal },
  ) {}

  async folder(first: Folder): Promise<void> {
    await this.#below(first);
    // Folders that links lead to may add links while this goes on.
    for (const { path, link } of this.#links) await this.#link(path, link);
  }

  async #below(first: Folder): Promise<void> {
    const waiting = [first];
    for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
      this.options.signal?.throwIfAborted();
      if (this.#seen.has(folder.real) || folder.prefix.split('/').length > MAX_DEPTH) continue;
      this.#seen.add(folder.real);
      for await (const entry of listFolder(folder)) {
        this.#count();
        if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
        const path = folder.prefix + entry.name;
        const real = join(folder.real, entry.name);
        if (entry.isFile()) this.#file(path, folder.isLinked ? real : undefined);
        else if (entry.isDirectory()) waiting.push({ ...folder, real, prefix: `${path}/` });
        else if (entry.isSymbolicLink()) this.#links.push({ path, link: real });
      }
    }
  }

  async #link(path: string, link: string): Promise<void> {
    const real = await realpath(link).catch(() => undefined);
    if (real === undefined || !isWithin(this.where.root, real)) {
      this.leftOut++;
      return;
    }
    const found = await stat(real).catch(() => undefined);
    if (found?.isFile()) this.#file(path, real);
    if (found?.isDirectory()) await this.#below({ real, prefix: `${path}/`, isLinked: true });
  }

  #file(path: string, real: string | undefined): void {
    this.paths.push(path);
    if (real !== undefined) this.linked.set(path, real);
  }

  #count(): void {
    if (++this.#entries <= this.options.maxEntries) return;
    throw new ClipwrightError(
      'PAYLOAD_TOO_LARGE',
      `The folder holds more than ${this.options.maxEntries} files: import it in parts.`,
    );
  }
}

async function* listFolder({ real, prefix }: Folder): AsyncIterable<Dirent> {
  try {
    yield* await opendir(real, { bufferSize: 1024 });
  } catch (error) {
    const what = prefix === '' ? 'The folder' : `The folder ${quoted(prefix)} of the source`;
    throw badUserInput(`${what} cannot be listed: ${whyUnreadable(error)}.`);
  }
}
