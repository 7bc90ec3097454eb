import { splitTargets } from '../db/experiments.queries.js';
import type { Sql } from '../db/sql.js';
import type { PairedBootstrap, PairedDifference } from '../ml/processes/statistics.methods.js';
import { decodeScores, type SplitScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';

/** More scores than this are not compared: a thousand resamples of them would take minutes. */
const MAX_SCORES = 20_000_000;
const OPTIONS = { resamples: 1000, level: 0.95, seed: 1 };
const KEPT = 100;

/** Two cells, each as the score files of its runs, one per seed. */
export interface CellPair {
  versionId: string;
  a: readonly Sha256[];
  b: readonly Sha256[];
}

/** How much higher mAP of `a` is than that of `b` on TEST, both averaged over their seeds. */
export interface CellComparison extends PairedDifference {
  level: number;
  resamples: number;
  /** TEST samples that all of the runs could use */
  numSamples: number;
}

export interface CompareCellsDeps {
  db: Sql;
  blobs: BlobStore;
  /** in another process: it takes seconds */
  pairedBootstrap(payload: PairedBootstrap): Promise<PairedDifference>;
}

/** Compares pairs of cells, each once: what it is made from never changes, and the resamples are those of one seed. */
export class CellComparisons {
  readonly #known = new Map<string, Promise<CellComparison | null>>();

  constructor(private readonly deps: CompareCellsDeps) {}

  /** @returns null where TEST has no positive, or too many scores */
  compare(pair: CellPair): Promise<CellComparison | null> {
    const key = [pair.versionId, ...pair.a, 'against', ...pair.b].join(' ');
    const known = this.#known.get(key);
    if (known) return known;
    const comparison = compare(this.deps, pair);
    this.#known.set(key, comparison);
    comparison.catch(() => this.#known.delete(key));
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value!);
    return comparison;
  }
}

async function compare(deps: CompareCellsDeps, pair: CellPair): Promise<CellComparison | null> {
  const { numLabels, samples } = await splitTargets(deps.db, pair.versionId, 'TEST');
  const files = [...pair.a, ...pair.b];
  if (samples.length * numLabels * files.length > MAX_SCORES) return null;
  const splits: SplitScores[] = [];
  for (const file of files) splits.push(decodeScores(await deps.blobs.read(file)).test);

  const rows = splits.map(({ positions }) => new Map(Array.from(positions, (p, row) => [p, row])));
  const common = samples.filter(({ position }) => rows.every((row) => row.has(position)));
  const targets = new Uint8Array(common.length * numLabels);
  for (const [row, { labels }] of common.entries()) {
    for (const label of labels) targets[row * numLabels + label] = 1;
  }
  if (!targets.includes(1)) return null;
  const scores = splits.map((split, file) => {
    const kept = new Float32Array(targets.length);
    for (const [row, { position }] of common.entries()) {
      const from = rows[file]!.get(position)! * numLabels;
      kept.set(split.scores.subarray(from, from + numLabels), row * numLabels);
    }
    return kept;
  });
  const difference = await deps.pairedBootstrap({
    a: scores.slice(0, pair.a.length),
    b: scores.slice(pair.a.length),
    targets,
    numLabels,
    options: OPTIONS,
  });
  const { level, resamples } = OPTIONS;
  return { ...difference, level, resamples, numSamples: common.length };
}
