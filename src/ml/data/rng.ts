/** The whole state of an `Rng`: four unsigned 32-bit words, not all zero. JSON-safe. */
export type RngState = readonly [number, number, number, number];

/**
 * Seeded generator xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c), seeded through
 * SplitMix32 so that neighbouring seeds give unrelated streams and no two seeds the same one. All randomness of training comes from one of these; its
 * state goes into the checkpoint.
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  private constructor(state: RngState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  static fromSeed(seed: number): Rng {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`expected a safe integer for \`seed\` but received ${seed}`);
    }
    const high = Math.floor(seed / 2 ** 32) | 0;
    let word = seed | 0;
    const next = () => {
      word = (word + 0x9e3779b9) | 0;
      let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return (mixed ^ (mixed >>> 15)) >>> 0;
    };
    const [a, b] = [next(), next()];
    word ^= high;
    const [c, d] = [next(), next()];
    return new Rng([a, b, c, d | 1]);
  }

  static fromState(state: RngState): Rng {
    const isWord = (x: unknown) =>
      Number.isInteger(x) && (x as number) >= 0 && (x as number) < 2 ** 32;
    if (state.length !== 4 || !state.every(isWord) || state.every((word) => word === 0)) {
      throw new RangeError(
        `expected four 32-bit words, not all zero, for \`state\` but received ${JSON.stringify(state)}`,
      );
    }
    return new Rng(state);
  }

  state(): RngState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  /** Uniform over the integers 0 … 2^32 − 1. */
  nextUint32(): number {
    const b = this.#b;
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    this.#c = c ^ (b << 9);
    this.#d = (d << 11) | (d >>> 21);
    return result;
  }

  /** Uniform over [0, 1) in steps of 2^-32. */
  uniform(): number {
    return this.nextUint32() / 2 ** 32;
  }

  /** Uniform over the integers 0 … bound − 1, without modulo bias. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`expected an integer of 1 to 2^32 for \`bound\` but received ${bound}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let word = this.nextUint32();
    while (word >= limit) word = this.nextUint32();
    return word % bound;
  }

  /**
   * Fills `out` with independent ones (probability `probability`, in steps of 2^-40) and zeros. Dropout masks are most of
   * what training draws, so four elements share a word: a byte below the threshold's is a one, above it a zero, and only
   * an equal byte needs a word of its own to decide.
   */
  fillBernoulli(out: Uint8Array, probability: number): void {
    const byte = Math.floor(probability * 256);
    const rest = (probability * 256 - byte) * 2 ** 32;
    const pattern = Math.imul(byte, 0x01010101);
    const low = pattern & 0x7f7f7f7f;
    const whole = out.length - (out.length % 4);
    // Four elements are written at once, the first into the lowest byte.
    const isAligned = out.byteOffset % 4 === 0;
    const words = isAligned
      ? new Uint32Array(out.buffer, out.byteOffset, whole / 4)
      : new Uint32Array(whole / 4);
    const bytes = isAligned ? out : new Uint8Array(words.buffer);
    // `nextUint32` on local variables: these are most of all draws.
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let d = this.#d;
    for (let i = 0; i < whole; i += 4) {
      const product = Math.imul(b, 5);
      const word = Math.imul((product << 7) | (product >>> 25), 9);
      const nextC = c ^ a;
      const nextD = d ^ b;
      a ^= nextD;
      c = nextC ^ (b << 9);
      b ^= nextC;
      d = (nextD << 11) | (nextD >>> 21);
      const equal = word ^ pattern;
      // The highest bit of each byte: whether the word's is at least the pattern's; no branch, as none could be predicted.
      const atLeast = (word & ~pattern) | (~equal & ((word | 0x80808080) - low));
      const ones = byte === 256 ? -1 : ~atLeast;
      words[i >>> 2] = (ones >>> 7) & 0x01010101;
      if (((equal - 0x01010101) & ~equal & 0x80808080) === 0) continue;
      [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
      for (let j = 0; j < 4; j++) {
        if (((word >>> (8 * j)) & 0xff) === byte) bytes[i + j] = this.nextUint32() < rest ? 1 : 0;
      }
      [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
    if (!isAligned) out.set(bytes);
    for (let i = whole; i < out.length; i++) out[i] = this.uniform() < probability ? 1 : 0;
  }

  /** Fisher–Yates, in place; returns its argument. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    const slots = items as { length: number; [index: number]: unknown };
    for (let i = slots.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = slots[i];
      slots[i] = slots[j];
      slots[j] = held;
    }
    return items;
  }
}
