import type { Sql } from '../db/sql.js';
import type { PairedBootstrap, PairedDifference } from '../ml/processes/statistics.methods.js';
import type { Turns } from '../ml/processes/turns.js';
import type { BlobStore } from '../storage/blob-store.js';
import { type CommonScores, commonScores, type SeedFiles } from './common-scores.js';
import { KeptResults } from './kept-results.js';

const OPTIONS = { resamples: 1000, level: 0.95, seed: 1 };
const KEPT = 100;

/** Two cells, each as the score files of its runs, seed by seed. */
export interface CellPair {
  versionId: string;
  a: readonly SeedFiles[];
  b: readonly SeedFiles[];
}

/** How much higher mAP of `a` is than that of `b` on TEST, with folds on all of them together, both averaged over their seeds. */
export interface CellComparison extends PairedDifference {
  level: number;
  resamples: number;
  /** TEST samples that all of the runs could use */
  numSamples: number;
}

export interface CompareCellsDeps {
  db: Sql;
  blobs: BlobStore;
  /** shared by all that compares, as each holds all of its scores */
  queue: Turns;
  /** in another process: it takes seconds */
  pairedBootstrap(payload: PairedBootstrap): Promise<PairedDifference>;
}

/** Compares pairs of cells, each once: what it is made from never changes, and the resamples are those of one seed. */
export class CellComparisons {
  readonly #kept = new KeptResults<CellComparison | null>(KEPT);

  constructor(private readonly deps: CompareCellsDeps) {}

  /** @returns null where TEST has no positive, or too many scores */
  compare(pair: CellPair): Promise<CellComparison | null> {
    const key = JSON.stringify(pair);
    return this.#kept.get(key, () => this.deps.queue.take(() => compare(this.deps, pair)));
  }
}

async function compare(
  deps: CompareCellsDeps,
  { versionId, a, b }: CellPair,
): Promise<CellComparison | null> {
  const common = await commonScores(deps, { versionId, split: 'TEST' }, [...a, ...b]);
  return common && compareCommon(deps, common, a.length);
}

/** @param numA how many of the seeds, the first ones, are of `a` */
export async function compareCommon(
  { pairedBootstrap }: Pick<CompareCellsDeps, 'pairedBootstrap'>,
  common: CommonScores,
  numA: number,
): Promise<CellComparison> {
  const { numLabels, positions, targets } = common;
  const scores = common.seeds.map((seed) => seed.scores);
  const difference = await pairedBootstrap({
    a: scores.slice(0, numA),
    b: scores.slice(numA),
    targets,
    numLabels,
    options: OPTIONS,
  });
  const { level, resamples } = OPTIONS;
  return { ...difference, level, resamples, numSamples: positions.length };
}
