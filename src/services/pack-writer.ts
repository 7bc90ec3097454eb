const PACK_VECTORS = 512;
const PACK_MS = 3000;

/** Gathers vectors until a pack is worth a file: so many, or so much time spent on them. What a crash costs is one pack. */
export class PackWriter {
  #parts: Float32Array[] = [];
  #contents: Buffer[] = [];
  #since = performance.now();

  constructor(
    private readonly dimension: number,
    /** @param vectors float32 `[contents.length, dimension]`, as bytes */
    private readonly write: (vectors: Uint8Array, contents: readonly Buffer[]) => Promise<void>,
  ) {}

  /** @param vectors `[contents.length, dimension]` */
  async add(vectors: Float32Array, contents: readonly Buffer[]): Promise<void> {
    if (vectors.length !== contents.length * this.dimension) {
      throw new RangeError(
        `expected ${contents.length} x ${this.dimension} values but received ${vectors.length}`,
      );
    }
    this.#parts.push(vectors);
    this.#contents.push(...contents);
    const isOld = performance.now() - this.#since >= PACK_MS;
    if (this.#contents.length >= PACK_VECTORS || isOld) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#contents.length > 0) {
      const bytes = this.#parts.map(
        (part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
      );
      await this.write(Buffer.concat(bytes), this.#contents);
    }
    this.#parts = [];
    this.#contents = [];
    this.#since = performance.now();
  }
}
