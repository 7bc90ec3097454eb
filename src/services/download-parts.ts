import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { HubFile } from '../hub/hub-file.js';
import { syncFolders } from './replace-folder.js';

/** What has come of an encoder: a file for each of its files, named by hash and path, so that no other revision's is taken for it. */
export class DownloadParts {
  readonly #assembled: string;
  /** Where a faulty encoder goes whose place the new one takes. */
  readonly old: string;

  constructor(readonly directory: string) {
    this.#assembled = path.join(directory, 'encoder');
    this.old = path.join(directory, 'old');
  }

  path({ hash, path: name }: HubFile): string {
    // A path may be longer than file systems take for a name.
    const ofName = createHash('sha256').update(name).digest('hex').slice(0, 16);
    return path.join(this.directory, `${hash.hex}-${ofName}`);
  }

  /** Takes apart again what an attempt had put together when it ended. */
  async open(files: readonly HubFile[]): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    for (const file of files) {
      await rename(path.join(this.#assembled, file.path), this.path(file)).catch(() => {});
    }
    await rm(this.#assembled, { recursive: true, force: true });
    await rm(this.old, { recursive: true, force: true });
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }

  async bytes(files: readonly HubFile[]): Promise<number> {
    let bytes = 0;
    for (const file of files) {
      bytes += (await stat(this.path(file)).catch(() => ({ size: 0 }))).size;
    }
    return bytes;
  }

  async json(file: HubFile): Promise<unknown> {
    const text = await readFile(this.path(file), 'utf8');
    try {
      return JSON.parse(text);
    } catch {
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${file.path} is not JSON`);
    }
  }

  /** @returns the folder in the encoder's layout, on the disk for good */
  async assemble(files: readonly HubFile[]): Promise<string> {
    for (const file of files) {
      const to = path.join(this.#assembled, file.path);
      await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
      await rename(this.path(file), to);
    }
    await syncFolders(this.#assembled);
    return this.#assembled;
  }
}
