import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { VectorSearches } from '../../../../src/ml/search/search-vectors.js';
import type { EmbeddingFile } from '../../../../src/ml/train/embedding-file.js';

/** A Python with numpy. `.ci/run` makes one. */
const PYTHON = process.env.CLIPWRIGHT_TEST_PYTHON;
const rng = Rng.fromSeed(7);
const normal = () =>
  Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-search-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function fileOf(image: number[][], text: number[][]): Promise<EmbeddingFile> {
  const dimension = image[0]!.length;
  const name = path.join(folder, `${files++}.f32`);
  await writeFile(name, new Uint8Array(Float32Array.from([...image, ...text].flat()).buffer));
  return { path: name, samples: image.length, dimension };
}

const unit = (vector: number[]) => {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
};
const random = (dimension: number) => unit(Array.from({ length: dimension }, normal));
const near = (vector: number[], noise: number) =>
  unit(vector.map((value) => value + (noise * normal()) / Math.sqrt(vector.length)));
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, d) => sum + value * b[d]!, 0);

/** By comparison with every row, in float64 of the float32 that lie in the file. */
function byHand(query: Float32Array, rows: number[][], limit: number): number[] {
  return rows
    .map((row, at) => ({ at, similarity: dot(query, Float32Array.from(row)) }))
    .filter(({ at }) => rows[at]!.some((value) => value !== 0))
    .sort((a, b) => b.similarity - a.similarity || a.at - b.at)
    .slice(0, limit)
    .map(({ at }) => at);
}

/** Like CLIP's: a large component that all share, clusters, duplicates, and samples without a photo. */
function clustered(count: number, dimension: number): number[][] {
  const centres = Array.from({ length: 20 }, () => random(dimension));
  const rows = Array.from({ length: count }, () => {
    const row = near(centres[rng.below(20)]!, 0.8);
    row[3] = row[3]! + 1.5;
    return unit(row);
  });
  for (let i = 0; i < count / 10; i++) rows[rng.below(count)] = rows[rng.below(count)]!;
  for (let i = 0; i < count / 10; i++) rows[rng.below(count)] = new Array(dimension).fill(0);
  return rows;
}

describe('a search finds what a comparison with every row finds, in that order', () => {
  test.each([
    ['clusters with a common component', 2000, 256],
    ['a dimension that is no multiple of 16', 500, 37],
    ['four components', 40, 4],
    ['one sample', 1, 8],
  ])('%s', async (_, count, dimension) => {
    const image = clustered(count, dimension);
    const text = Array.from({ length: count }, () => random(dimension));
    const file = await fileOf(image, text);
    const searches = new VectorSearches();
    for (let round = 0; round < 8; round++) {
      const vector = Float32Array.from(
        round % 2 ? random(dimension) : near(image[rng.below(count)]!, 0.3),
      );
      for (const limit of [1, 20]) {
        const query = { vector, modality: 'text' as const };
        const { hits } = searches.search({ file, modality: 'image', query, limit, allowed: null });
        expect(hits.map(({ row }) => row)).toEqual(byHand(vector, image, limit));
      }
    }
  });

  test.skipIf(!PYTHON)('and numpy (skipped without CLIPWRIGHT_TEST_PYTHON)', async () => {
    const image = clustered(2000, 64);
    const file = await fileOf(image, image);
    const rows = [5, 77, 1234].filter((row) => image[row]!.some((value) => value !== 0));
    const script = `
import sys, json, numpy as np
x = np.fromfile(sys.argv[1], dtype='<f4').reshape(2, 2000, 64)[0].astype(np.float64)
real = np.abs(x).sum(1) > 0
answer = []
for row in json.loads(sys.argv[2]):
    s = np.einsum('nd,d->n', x, x[row]); s[~real] = -np.inf; s[row] = -np.inf
    answer.append(np.sort(s)[::-1][:15].tolist())
print(json.dumps(answer))`;
    const expected = JSON.parse(
      execFileSync(PYTHON!, ['-c', script, file.path, JSON.stringify(rows)], { encoding: 'utf8' }),
    ) as number[][];
    const searches = new VectorSearches();
    rows.forEach((row, at) => {
      const { hits } = searches.search({
        file,
        modality: 'image',
        query: { row },
        limit: 15,
        allowed: null,
      });
      expect(hits.every((hit) => hit.row !== row)).toBe(true);
      hits.forEach(({ similarity }, place) => {
        expect(similarity).toBeCloseTo(expected[at]![place]!, 12);
      });
    });
  });
});

test('only samples that are allowed are found, and fewer where there are fewer', async () => {
  const image = Array.from({ length: 50 }, () => random(16));
  const file = await fileOf(image, image);
  const allowed = new Uint8Array(7);
  for (const row of [3, 8, 49]) allowed[row >> 3]! |= 1 << (row & 7);
  const { hits } = new VectorSearches().search({
    file,
    modality: 'text',
    query: { row: 8 },
    limit: 10,
    allowed,
  });
  expect(hits.map(({ row }) => row).sort((a, b) => a - b)).toEqual([3, 49]);
});

test('a sample without the modality that is searched is no query', async () => {
  const file = await fileOf([random(16), new Array(16).fill(0)], [random(16), random(16)]);
  const search = () =>
    new VectorSearches().search({
      file,
      modality: 'image',
      query: { row: 1 },
      limit: 1,
      allowed: null,
    });
  expect(search).toThrow(/no photo to search by/);
});

test('what is kept stays within the bound, and a set beyond it is refused', async () => {
  const rows = Array.from({ length: 100 }, () => random(16));
  const one = 100 * (16 + 24);
  const searches = new VectorSearches(2 * one);
  for (let i = 0; i < 4; i++) {
    const file = await fileOf(rows, rows);
    for (const modality of ['image', 'text'] as const) {
      searches.search({ file, modality, query: { row: 0 }, limit: 1, allowed: null });
      expect(searches.bytes).toBeLessThanOrEqual(2 * one);
    }
  }
  const file = await fileOf([...rows, ...rows, ...rows], [...rows, ...rows, ...rows]);
  expect(() =>
    searches.search({ file, modality: 'image', query: { row: 0 }, limit: 1, allowed: null }),
  ).toThrow(/at most 8000 bytes/);
});

describe('relevance', () => {
  /** Photo and caption of one sample are near each other. */
  const paired = (count: number, dimension: number) => {
    const image = Array.from({ length: count }, () => random(dimension));
    return { image, text: image.map((row) => near(row, 1.5)) };
  };
  /** The same space for a worse encoder: a component common to all, which lifts every cosine and narrows their range. */
  const narrowed = (rows: number[][]) => rows.map((row) => unit([...row, 2]));

  test('orders like the cosine, lies in 0 to 1, and is the same for an encoder whose cosines are narrower', async () => {
    const { image, text } = paired(400, 32);
    const files = [await fileOf(image, text), await fileOf(narrowed(image), narrowed(text))];
    for (const [from, to] of [
      ['text', 'image'],
      ['image', 'image'],
    ] as const) {
      const answers = files.map((file, at) => {
        const rows = from === 'text' ? text : image;
        const vector = Float32Array.from(at ? narrowed(rows)[9]! : rows[9]!);
        const query = { vector, modality: from };
        return new VectorSearches().search({
          file,
          modality: to,
          query,
          limit: 400,
          allowed: null,
        }).hits;
      });
      const [wide, narrow] = answers as [(typeof answers)[0], (typeof answers)[0]];
      expect(narrow[200]!.similarity).toBeGreaterThan(wide[200]!.similarity + 0.5);
      wide.forEach((hit, place) => {
        expect(hit.relevance).toBeGreaterThanOrEqual(0);
        expect(hit.relevance).toBeLessThanOrEqual(1);
        if (place > 0) expect(hit.relevance).toBeLessThanOrEqual(wide[place - 1]!.relevance!);
        const same = narrow.find(({ row }) => row === hit.row)!;
        expect(same.relevance).toBeCloseTo(hit.relevance!, 2);
      });
      expect(wide[0]!.relevance).toBeGreaterThan(0.8);
      expect(wide.at(-1)!.relevance).toBeLessThan(0.05);
    }
  });

  test('is the frequency with which a pair is one, where half of the pairs are', async () => {
    const { image, text } = paired(1000, 16);
    const file = await fileOf(image, text);
    const searches = new VectorSearches();
    const bins = Array.from({ length: 5 }, () => ({ pairs: 0, matched: 0, relevance: 0 }));
    text.slice(0, 300).forEach((caption, at) => {
      const query = { vector: Float32Array.from(caption), modality: 'text' as const };
      const { hits } = searches.search({
        file,
        modality: 'image',
        query,
        limit: 1000,
        allowed: null,
      });
      const of = (row: number) => hits.find((hit) => hit.row === row)!.relevance!;
      for (const row of [at, (at + 1 + rng.below(998)) % 1000]) {
        const bin = bins[Math.min(4, Math.floor(of(row) * 5))]!;
        bin.pairs++;
        bin.relevance += of(row);
        if (row === at) bin.matched++;
      }
    });
    for (const { pairs, matched, relevance } of bins.filter((bin) => bin.pairs >= 20)) {
      // Two standard errors of a share at its widest, and what a straight line in the logit may miss.
      expect(Math.abs(matched / pairs - relevance / pairs)).toBeLessThan(
        1 / Math.sqrt(pairs) + 0.05,
      );
    }
  });

  test('is not known where no sample has both', async () => {
    const rows = Array.from({ length: 100 }, () => random(16));
    const file = await fileOf(
      rows,
      rows.map(() => new Array<number>(16).fill(0)),
    );
    const query = { vector: Float32Array.from(rows[0]!), modality: 'text' as const };
    const searches = new VectorSearches();
    const { hits } = searches.search({ file, modality: 'image', query, limit: 3, allowed: null });
    expect(hits.map(({ relevance }) => relevance)).toEqual([null, null, null]);
  });
});
