import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';

/** A tokenizer for a vocabulary of 256,000 takes about 35 MiB; nothing else comes near. */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** The files of one encoder's folder; nothing outside it is ever read, links included. */
export class EncoderFiles {
  private constructor(readonly directory: string) {}

  static async open(directory: string): Promise<EncoderFiles> {
    const real = await realpath(directory).catch(() => {
      throw new ClipwrightError('ENCODER_FILE_MISSING', 'the encoder has no such folder');
    });
    return new EncoderFiles(real);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Bytes of a file, or null where there is none. */
  async size(name: string): Promise<number | null> {
    const real = await realpath(this.path(name)).catch(() => null);
    if (real === null) return null;
    if (relative(this.directory, real).split(sep)[0] === '..') {
      throw new ClipwrightError(
        'ENCODER_FILE_INVALID',
        `${name} leads out of the encoder's folder`,
      );
    }
    const { size } = await stat(real).then((found) => (found.isFile() ? found : { size: null }));
    if (size === null) {
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${name} is not an ordinary file`);
    }
    return size;
  }

  async isLink(name: string): Promise<boolean> {
    return (await lstat(this.path(name))).isSymbolicLink();
  }

  async require(name: string): Promise<number> {
    const size = await this.size(name);
    if (size === null) {
      throw new ClipwrightError('ENCODER_FILE_MISSING', `the encoder's folder has no ${name}`);
    }
    return size;
  }

  async readJson(name: string): Promise<unknown> {
    const size = await this.require(name);
    if (size > MAX_JSON_BYTES) {
      throw new ClipwrightError(
        'ENCODER_FILE_INVALID',
        `expected at most ${MAX_JSON_BYTES} bytes in ${name} but received ${size}`,
      );
    }
    try {
      return JSON.parse(await readFile(this.path(name), 'utf8')) as unknown;
    } catch {
      throw new ClipwrightError('ENCODER_FILE_INVALID', `${name} is not JSON`);
    }
  }

  /** SHA-256 over names and contents, in the order given. */
  async digest(names: readonly string[]): Promise<string> {
    const total = createHash('sha256');
    for (const name of names) {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(this.path(name))) hash.update(chunk as Buffer);
      total.update(`${name}\n${hash.digest('hex')}\n`);
    }
    return total.digest('hex');
  }
}
