import { ClipwrightError } from '../errors/clipwright-error.js';
import { describeEncoder } from '../ml/clip/describe-encoder.js';
import { findVariants } from '../ml/clip/encoder-variant.js';
import { exists } from '../storage/exists.js';
import {
  type EncoderFolder,
  type EncoderRoots,
  folderSignature,
  listEncoderFolders,
} from './encoder-folders.js';
import type { UsableEncoder } from './encoder-source.js';

/** A folder among the encoders' that is none, and why. */
export interface FaultyEncoder {
  readonly id: string;
  readonly name: string;
  readonly status: 'FAILED';
  readonly problem: string;
  readonly isBuiltIn: boolean;
}

export type FoundEncoder = UsableEncoder | FaultyEncoder;

/** Encoders in folders. A folder is read when it is first asked for, and again when its files have changed. */
export class LocalEncoders {
  readonly #read = new Map<
    string,
    { signature: string; found: Promise<FoundEncoder | undefined> }
  >();

  constructor(
    private readonly roots: EncoderRoots,
    private readonly options: {
      /** of an encoder that was downloaded, where it is known */
      license(id: string): string | null;
      /** hears of folders, and of files of other precisions, that cannot be used, and why */
      onUnusable(id: string, error: Error): void;
    },
  ) {}

  async list(): Promise<UsableEncoder[]> {
    return (await this.found()).filter((encoder) => encoder.status !== 'FAILED');
  }

  async get(id: string): Promise<UsableEncoder | undefined> {
    const folder = (await listEncoderFolders(this.roots)).find((each) => each.id === id);
    const found = folder && (await this.#folder(folder));
    return found?.status === 'FAILED' ? undefined : found;
  }

  /** With those that cannot be used. */
  async found(): Promise<FoundEncoder[]> {
    const found: FoundEncoder[] = [];
    for (const folder of await listEncoderFolders(this.roots)) {
      const encoder = await this.#folder(folder);
      if (encoder) found.push(encoder);
    }
    return found;
  }

  /** @returns undefined where the folder is deleted meanwhile */
  async #folder(folder: EncoderFolder): Promise<FoundEncoder | undefined> {
    const signature = await folderSignature(folder.directory);
    const known = this.#read.get(folder.directory);
    if (known?.signature === signature) return known.found;
    const found = this.#describe(folder);
    this.#read.set(folder.directory, { signature, found });
    // What was no fault of the files may be gone the next time.
    found.catch(() => this.#read.delete(folder.directory));
    return found;
  }

  async #describe(folder: EncoderFolder): Promise<FoundEncoder | undefined> {
    const { id, name, directory, isBuiltIn } = folder;
    try {
      const description = await describeEncoder(directory);
      const variants = await findVariants(directory, (error) => this.options.onUnusable(id, error));
      const found = { id, name, description, variants };
      if (isBuiltIn) return { ...found, status: 'BUILT_IN', license: 'Apache-2.0' };
      return { ...found, status: 'READY', license: this.options.license(id) };
    } catch (error) {
      if (!(await exists(directory))) return undefined;
      if (!(error instanceof ClipwrightError)) throw error;
      this.options.onUnusable(id, error);
      return { id, name, status: 'FAILED', problem: error.message, isBuiltIn };
    }
  }
}
