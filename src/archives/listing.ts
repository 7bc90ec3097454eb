import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { ArchiveLimits } from './archive.js';
import { entryPath } from './entry-path.js';

/** Characters of all paths together, which are held in memory: room for two million of ordinary length. */
const MAX_PATHS = 128 * 1024 * 1024;

/** Collects the files of an archive, each path once, within the limits. */
export class Listing<Entry> {
  readonly files = new Map<string, Entry>();
  leftOut = 0;
  #entries = 0;
  #bytes = 0;
  #characters = 0;

  constructor(
    private readonly limits: ArchiveLimits,
    private readonly maxCharacters = MAX_PATHS,
  ) {}

  /** Counts an entry of any kind. @throws PAYLOAD_TOO_LARGE */
  count(bytes: number): void {
    if (++this.#entries > this.limits.entries) {
      throw new ClipwrightError(
        'PAYLOAD_TOO_LARGE',
        `expected at most ${this.limits.entries} entries in the archive: upload it in parts`,
      );
    }
    this.#bytes += bytes;
    if (this.#bytes > this.limits.bytes) throw tooMuch(this.limits);
  }

  /** @returns whether it is one of the import's files @throws BAD_USER_INPUT, PAYLOAD_TOO_LARGE */
  add(name: string, entry: Entry): boolean {
    const path = entryPath(name);
    if (path === null) return false;
    if (this.files.has(path)) {
      throw badUserInput(
        `The archive has two files at ${JSON.stringify(path.slice(0, 200))}: pack it again with one.`,
      );
    }
    this.#characters += path.length;
    if (this.#characters > this.maxCharacters) {
      throw new ClipwrightError(
        'PAYLOAD_TOO_LARGE',
        `expected at most ${this.maxCharacters} characters in the paths of the archive together: upload it in parts`,
      );
    }
    this.files.set(path, entry);
    return true;
  }
}

export function tooMuch({ bytes }: ArchiveLimits): ClipwrightError {
  return new ClipwrightError(
    'PAYLOAD_TOO_LARGE',
    `expected at most ${bytes} bytes in the archive, unpacked: upload it in parts, or raise CLIPWRIGHT_MAX_UNPACKED_BYTES`,
  );
}
