import path from 'node:path';
import { listLocalEncoders } from '../ml/clip/encoder-catalogue.js';
import type { EncoderSource, UsableEncoder } from './encoder-source.js';

/** Where encoders are looked for, in this order: an id that is found twice is the first one's. */
export interface EncoderRoots {
  /** those that come with the program */
  builtIn: string;
  /** folders in Hugging Face's layout, below the data directory: `<name>` is the encoder `local/<name>` */
  local: string;
}

/** Encoders in folders. Each folder is read once: a change of its files shows after a restart. */
export class LocalEncoders implements EncoderSource {
  #encoders: Promise<UsableEncoder[]> | undefined;

  constructor(
    private readonly roots: EncoderRoots,
    /** hears of folders that are no usable encoder, and why */
    private readonly onUnusable: (name: string, error: Error) => void,
  ) {}

  list(): Promise<UsableEncoder[]> {
    this.#encoders ??= this.#read();
    return this.#encoders;
  }

  async get(id: string): Promise<UsableEncoder | undefined> {
    return (await this.list()).find((encoder) => encoder.id === id);
  }

  async #read(): Promise<UsableEncoder[]> {
    const encoders: UsableEncoder[] = [];
    const found = [
      {
        namespace: 'clipwright',
        status: 'BUILT_IN',
        license: 'Apache-2.0',
        root: this.roots.builtIn,
      },
      { namespace: 'local', status: 'READY', license: null, root: path.resolve(this.roots.local) },
    ] as const;
    for (const { namespace, status, license, root } of found) {
      for (const entry of await listLocalEncoders([root])) {
        if ('error' in entry) {
          this.onUnusable(entry.name, entry.error);
          continue;
        }
        const { name, encoder: description } = entry;
        encoders.push({ id: `${namespace}/${name}`, name, status, license, description });
      }
    }
    return encoders;
  }
}
