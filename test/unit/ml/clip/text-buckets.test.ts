import { describe, expect, it } from 'vitest';
import { bucketLength, bucketTexts } from '../../../../src/ml/clip/text-buckets.js';

function ids(length: number, first = 1): number[] {
  return Array.from({ length }, (_, i) => first + i);
}

describe('text buckets', () => {
  it('pad to the next length, never beyond the context', () => {
    const lengths = [1, 8, 9, 16, 17, 25, 33, 49, 65, 77].map((tokens) => bucketLength(tokens, 77));
    expect(lengths).toEqual([8, 8, 9, 16, 17, 28, 40, 64, 77, 77]);
    expect(bucketLength(5, 6)).toBe(6);
    expect(bucketLength(200, 256)).toBe(224);
  });

  it('hold every text once, with ids, padding and mask', () => {
    const buckets = bucketTexts([ids(3), ids(9, 20), ids(8, 40)], 77, 99, 256);
    expect(buckets.map(({ rows, length }) => ({ rows, length }))).toEqual([
      { rows: [0, 2], length: 8 },
      { rows: [1, 1], length: 9 },
    ]);
    const [short] = buckets;
    expect([...short!.inputIds.subarray(0, 8)].map(Number)).toEqual([1, 2, 3, 99, 99, 99, 99, 99]);
    expect([...short!.attentionMask.subarray(0, 8)].map(Number)).toEqual([1, 1, 1, 0, 0, 0, 0, 0]);
    expect([...short!.attentionMask.subarray(8)].map(Number)).toEqual(Array(8).fill(1));
  });

  it('hold at most so many tokens, but for two rows, and never a single one', () => {
    const buckets = bucketTexts([ids(2), ids(2), ids(2)], 77, 0, 17);
    expect(buckets.map(({ rows }) => rows)).toEqual([
      [0, 1],
      [2, 2],
    ]);
    expect(bucketTexts([ids(70), ids(70)], 77, 0, 17).map(({ rows }) => rows)).toEqual([[0, 1]]);
  });
});
