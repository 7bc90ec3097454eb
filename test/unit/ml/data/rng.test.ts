import { describe, expect, it } from 'vitest';
import { Rng, type RngState } from '../../../../src/ml/data/rng.js';

/** xoshiro128** 1.1 with 64-bit integers, written straight from the reference C. */
function reference(state: RngState, count: number): number[] {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  const s = state.map(BigInt);
  return Array.from({ length: count }, () => {
    const result = (rotate((s[1]! * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1]! << 9n) & mask;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotate(s[3]!, 11n);
    return Number(result);
  });
}

const draw = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.nextUint32());

describe('the generator', () => {
  it('is xoshiro128**', () => {
    for (const state of [[1, 2, 3, 4], Rng.fromSeed(1).state(), Rng.fromSeed(-7).state()]) {
      expect(draw(Rng.fromState(state as RngState), 500)).toEqual(
        reference(state as RngState, 500),
      );
    }
  });

  it('goes on from its state, through JSON', () => {
    const rng = Rng.fromSeed(5);
    draw(rng, 10);
    const copy = Rng.fromState(JSON.parse(JSON.stringify(rng.state())));
    expect(draw(copy, 10)).toEqual(draw(rng, 10));
  });

  it('gives every seed a stream of its own', () => {
    const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
    expect(new Set(seeds.map((seed) => draw(Rng.fromSeed(seed), 4).join())).size).toBe(
      seeds.length,
    );
  });

  it('refuses what is no seed, no state, no bound', () => {
    expect(() => Rng.fromSeed(1.5)).toThrow('`seed`');
    expect(() => Rng.fromState([0, 0, 0, 0])).toThrow('`state`');
    expect(() => Rng.fromState([1, 2, 3, -1])).toThrow('`state`');
    expect(() => Rng.fromSeed(1).below(0)).toThrow('`bound`');
  });

  it('draws evenly below a bound', () => {
    const rng = Rng.fromSeed(1);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[rng.below(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('shuffles without losing or favouring an element', () => {
    const rng = Rng.fromSeed(2);
    const firsts = new Array(5).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const order = rng.shuffle([0, 1, 2, 3, 4]);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      firsts[order[0]!]++;
    }
    for (const count of firsts) expect(Math.abs(count - 4000)).toBeLessThan(250);
  });

  it.each([0.8, 0.5, 0.01, 1 / 512])(
    'fills masks with probability %f, an odd element too',
    (probability) => {
      const mask = new Uint8Array(100_001);
      Rng.fromSeed(3).fillBernoulli(mask, probability);
      const ones = mask.reduce((sum, bit) => sum + bit, 0);
      expect(Math.max(...mask)).toBe(1);
      expect(Math.abs(ones / mask.length - probability)).toBeLessThan(0.006);
    },
  );

  it('fills masks of certainty, and decides an equal byte by a word of its own', () => {
    const rng = Rng.fromSeed(4);
    const mask = new Uint8Array(1001);
    rng.fillBernoulli(mask, 1);
    expect(mask.every((bit) => bit === 1)).toBe(true);
    rng.fillBernoulli(mask, 0);
    expect(mask.every((bit) => bit === 0)).toBe(true);
    const rare = new Uint8Array(2 ** 20);
    rng.fillBernoulli(rare, 1 / 1024);
    const ones = rare.reduce((sum, bit) => sum + bit, 0);
    expect(Math.abs(ones - 1024)).toBeLessThan(150);
  });

  it.each([0, 0.123456, 0.5, 0.8, 0.996, 1])(
    'fills masks with probability %f as their definition has it, wherever they lie',
    (probability) => {
      for (const place of [0, 1, 2, 3]) {
        const [rng, plain] = [Rng.fromSeed(5), Rng.fromSeed(5)];
        const mask = new Uint8Array(4003).subarray(place, place + 3998);
        rng.fillBernoulli(mask, probability);
        expect(Buffer.compare(mask, plainMask(plain, mask.length, probability))).toBe(0);
        expect(rng.state()).toEqual(plain.state());
      }
    },
  );
});

/** A word for four elements, a byte each; one more word for a byte that equals the threshold's; the rest one by one. */
function plainMask(rng: Rng, length: number, probability: number): Uint8Array {
  const byte = Math.floor(probability * 256);
  const rest = (probability * 256 - byte) * 2 ** 32;
  const mask = new Uint8Array(length);
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    const word = rng.nextUint32();
    for (let j = 0; j < 4; j++) {
      const drawn = (word >>> (8 * j)) & 0xff;
      mask[i + j] = drawn === byte ? Number(rng.nextUint32() < rest) : Number(drawn < byte);
    }
  }
  for (let i = whole; i < length; i++) mask[i] = Number(rng.uniform() < probability);
  return mask;
}
