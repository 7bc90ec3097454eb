import { gemm, input } from '../graph/build.js';
import { exportGraph } from '../onnx/export-graph.js';
import { Session } from '../runtime/session.js';
import type { EmbeddingFile } from '../train/embedding-file.js';
import { RowFile } from './row-file.js';
import { cosine } from './vector-index.js';

export interface PairSearch {
  /** its photos are compared */
  readonly file: EmbeddingFile;
  readonly threshold: number;
  /** [samples]: which split each is in */
  readonly splits: Uint8Array;
  /** how many pairs of each list are kept */
  readonly limit: number;
  readonly threads: number;
}

/** Samples `a` < `b`. */
export interface NearPair {
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
}

export interface PairList {
  /** of all pairs, also those that are not kept */
  readonly total: number;
  /** the highest similarity first */
  readonly pairs: NearPair[];
}

export interface NearPairs {
  readonly all: PairList;
  /** those whose samples are in different splits */
  readonly acrossSplits: PairList;
}

/** Rows of a block: a product of two blocks is 4 MiB. */
const BLOCK = 1024;
/** More than float32 sums of products of unit vectors are off by. */
const ROUNDING = 1e-4;

/**
 * All pairs of photos of a set whose cosine is at least `threshold`: every block of rows times every later one, in ONNX Runtime;
 * what comes near the threshold is compared in float64.
 */
export async function nearPairs(search: PairSearch): Promise<NearPairs> {
  const { file, threshold, splits, limit, threads } = search;
  const { samples, dimension } = file;
  const blocks = Math.ceil(samples / BLOCK);
  const vectors = new Float32Array(blocks * BLOCK * dimension);
  const rows = new RowFile(file, 'image');
  try {
    rows.scan(0, samples, (row, vector) => vectors.set(vector, row * dimension));
  } finally {
    rows.close();
  }
  const vectorOf = (row: number) => vectors.subarray(row * dimension, (row + 1) * dimension);
  const blockOf = (block: number) => ({
    dtype: 'float32' as const,
    shape: [BLOCK, dimension],
    data: vectors.subarray(block * BLOCK * dimension, (block + 1) * BLOCK * dimension),
  });
  const [all, acrossSplits] = [new HighestPairs(limit), new HighestPairs(limit)];
  const shape = [BLOCK, dimension];
  const cosines = gemm(input('a', shape), input('b', shape), { transB: true });
  const session = await Session.open(exportGraph({ outputs: { cosines } }), { threads });
  try {
    for (let first = 0; first < blocks; first++) {
      for (let second = first; second < blocks; second++) {
        const found = await session.run({ a: blockOf(first), b: blockOf(second) });
        const products = found.cosines!.data as Float32Array;
        for (let at = 0; at < products.length; at++) {
          if (products[at]! < threshold - ROUNDING) continue;
          const a = first * BLOCK + Math.floor(at / BLOCK);
          const b = second * BLOCK + (at % BLOCK);
          if (a >= b) continue;
          const similarity = cosine(vectorOf(a), vectorOf(b));
          if (similarity < threshold) continue;
          all.add({ a, b, similarity });
          if (splits[a] !== splits[b]) acrossSplits.add({ a, b, similarity });
        }
      }
    }
  } finally {
    await session.close();
  }
  return { all: all.list(), acrossSplits: acrossSplits.list() };
}

/** Counts pairs, and keeps those of highest similarity. */
class HighestPairs {
  #total = 0;
  #pairs: NearPair[] = [];

  constructor(private readonly limit: number) {}

  add(pair: NearPair): void {
    this.#total++;
    this.#pairs.push(pair);
    if (this.#pairs.length > 2 * this.limit + 1000) this.#cut();
  }

  list(): PairList {
    this.#cut();
    return { total: this.#total, pairs: this.#pairs };
  }

  #cut(): void {
    this.#pairs.sort((x, y) => y.similarity - x.similarity || x.a - y.a || x.b - y.b);
    this.#pairs.length = Math.min(this.#pairs.length, this.limit);
  }
}
