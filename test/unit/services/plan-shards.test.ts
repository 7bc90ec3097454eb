import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/ml/data/rng.js';
import type { ContentList } from '../../../src/services/missing-contents.js';
import { isWorthSharding, planShards } from '../../../src/services/plan-shards.js';

function listOf(modality: 'IMAGE' | 'TEXT', positions: readonly number[]): ContentList {
  return {
    modality,
    length: positions.length,
    content: () => Buffer.alloc(32),
    position: (index) => positions[index]!,
  };
}

describe('planning shards', () => {
  it('puts each content into exactly one, whatever is missing, in shards of nearly one size', () => {
    const rng = Rng.fromSeed(5);
    for (const length of [1, 2, 1023, 1025, 3000, 5001, 200_000]) {
      let at = 0;
      const positions = Array.from({ length }, () => {
        at += 1 + rng.below(3);
        return at;
      });
      const shards = planShards([listOf('IMAGE', positions), listOf('TEXT', [])]);
      let next = 0;
      for (const { modality, from, to, total } of shards) {
        const own = positions.slice(next, next + total);
        expect(modality).toBe('IMAGE');
        expect([own[0]! >= from, own.at(-1)! < to]).toEqual([true, true]);
        next += total;
        if (next < length) expect(positions[next]!).toBeGreaterThanOrEqual(to);
      }
      expect(next).toBe(length);
      const totals = shards.map(({ total }) => total);
      expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
      expect(shards.length).toBe(Math.min(64, Math.ceil(length / 1024)));
    }
  });

  it('is not worth it for a few hundred contents, nor for nothing', () => {
    expect(isWorthSharding([{ length: 0 }, { length: 0 }])).toBe(false);
    expect(isWorthSharding([{ length: 1000 }, { length: 1000 }])).toBe(false);
    expect(isWorthSharding([{ length: 2048 }, { length: 0 }])).toBe(true);
  });
});
