import { encodePackRow, type PackFormat, packRowBytes } from './pack-format.js';

const PACK_VECTORS = 512;
/** Tokens make rows long: fewer of them go into one file. */
const PACK_BYTES = 16 * 1024 * 1024;
const PACK_MS = 3000;

/** Gathers vectors until a pack is worth a file: so many, or so much time spent on them. What a crash costs is one pack. */
export class PackWriter {
  readonly #most: number;
  #rows: Uint8Array[] = [];
  #contents: Buffer[] = [];
  #since = performance.now();

  constructor(
    private readonly format: PackFormat,
    /** @param rows of each content, as bytes */
    private readonly write: (rows: Uint8Array, contents: readonly Buffer[]) => Promise<void>,
  ) {
    this.#most = Math.max(1, Math.min(PACK_VECTORS, Math.floor(PACK_BYTES / packRowBytes(format))));
  }

  /** @param rows one for each of the contents */
  async add(rows: readonly Float32Array[], contents: readonly Buffer[]): Promise<void> {
    if (rows.length !== contents.length) {
      throw new RangeError(`expected ${contents.length} rows but received ${rows.length}`);
    }
    for (const row of rows) this.#rows.push(encodePackRow(row, this.format));
    this.#contents.push(...contents);
    const isOld = performance.now() - this.#since >= PACK_MS;
    if (this.#contents.length >= this.#most || isOld) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#contents.length > 0) {
      await this.write(Buffer.concat(this.#rows), this.#contents);
    }
    this.#rows = [];
    this.#contents = [];
    this.#since = performance.now();
  }
}
