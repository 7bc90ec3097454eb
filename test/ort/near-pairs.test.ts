import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import { type NearPair, nearPairs } from '../../src/ml/search/near-pairs.js';

/** More than two blocks, and no whole number of them. */
const [SAMPLES, DIMENSION] = [2200, 24];
const rng = Rng.fromSeed(3);
const vectors = new Float32Array(2 * SAMPLES * DIMENSION);
const splits = Uint8Array.from({ length: SAMPLES }, () => rng.below(3));
const row = (at: number) => vectors.subarray(at * DIMENSION, (at + 1) * DIMENSION);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-pairs-'));
  for (let at = 0; at < SAMPLES; at++) {
    // Every ninth is near an earlier one or the same; every hundredth has no photo.
    const origin = at % 9 === 8 ? row(rng.below(at)).slice() : null;
    const noise = at % 2 ? 0 : 0.15;
    const made = Float32Array.from({ length: DIMENSION }, (_, d) =>
      origin ? origin[d]! + noise * (rng.uniform() - 0.5) : rng.uniform() - 0.5,
    );
    const norm = Math.hypot(...made);
    if (at % 100 !== 0 && norm > 0) row(at).set(made.map((value) => value / norm));
  }
  await writeFile(path.join(folder, 'set.f32'), new Uint8Array(vectors.buffer));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const search = (limit: number) =>
  nearPairs({
    file: { path: path.join(folder, 'set.f32'), samples: SAMPLES, dimension: DIMENSION },
    threshold: 0.9,
    splits,
    limit,
    threads: 1,
  });

function byHand(): NearPair[] {
  const pairs: NearPair[] = [];
  for (let a = 0; a < SAMPLES; a++) {
    for (let b = a + 1; b < SAMPLES; b++) {
      let similarity = 0;
      for (let d = 0; d < DIMENSION; d++) similarity += row(a)[d]! * row(b)[d]!;
      if (similarity >= 0.9) pairs.push({ a, b, similarity });
    }
  }
  return pairs.sort((x, y) => y.similarity - x.similarity || x.a - y.a || x.b - y.b);
}

test('every pair from the threshold on is found once, the nearest first, and those between splits', async () => {
  const expected = byHand();
  expect(expected.length).toBeGreaterThan(150);
  const { all, acrossSplits } = await search(10_000);
  expect(all).toEqual({ total: expected.length, pairs: expected });
  const across = expected.filter(({ a, b }) => splits[a] !== splits[b]);
  expect(acrossSplits).toEqual({ total: across.length, pairs: across });

  // Of more than are kept, the nearest are, and all are counted.
  const few = await search(7);
  expect(few.all).toEqual({ total: expected.length, pairs: expected.slice(0, 7) });
});
