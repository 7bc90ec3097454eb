import { describe, expect, it } from 'vitest';
import { drawEpoch, partnerRows, rowWeights } from '../../../../src/ml/data/batches.js';
import { Rng } from '../../../../src/ml/data/rng.js';

const samples = Int32Array.from({ length: 23 }, (_, i) => 100 + i);

describe('an epoch', () => {
  it.each([1, 5, 22, 23])('visits every sample once in batches of %i', (batchSize) => {
    const { steps, rows, counts } = drawEpoch(samples, batchSize, Rng.fromSeed(1));
    const seen: number[] = [];
    for (let step = 0; step < steps; step++) {
      seen.push(...rows.subarray(step * batchSize, step * batchSize + counts[step]!));
    }
    expect(seen.sort()).toEqual([...samples]);
    expect(rows.every((row) => samples.includes(row))).toBe(true);
  });

  it('has another order each time, the same for the same state', () => {
    const rng = Rng.fromSeed(1);
    const state = rng.state();
    const first = drawEpoch(samples, 5, rng).rows;
    expect(drawEpoch(samples, 5, rng).rows).not.toEqual(first);
    expect(drawEpoch(samples, 5, Rng.fromState(state)).rows).toEqual(first);
  });

  it('weighs real rows alike and the others not at all', () => {
    const weights = rowWeights(Int32Array.of(3, 1), 3, 2);
    expect([...weights]).toEqual([1 / 6, 1 / 6, 1 / 6, 1 / 2, 0, 0].map(Math.fround));
  });

  it('gives every real row another real one of its batch, each once', () => {
    const rows = Int32Array.of(9, 8, 7, 6, 5, 6, 4, 4, 4);
    const partners = partnerRows(rows, Int32Array.of(3, 2, 1), 3);
    expect([...partners]).toEqual([8, 7, 9, 5, 6, 6, 4, 4, 4]);
    expect([...rows]).toEqual([9, 8, 7, 6, 5, 6, 4, 4, 4]);
  });
});
