import { type RunScores, runScores } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { F1Differences } from '../ml/metrics/bootstrap-f1.js';
import type { CellLabelScore, CellsByLabel, CellsToCompare } from '../ml/metrics/cells-by-label.js';
import type { DecisionFlips } from '../ml/metrics/decision-flips.js';
import type {
  PairedBootstrap,
  PairedDifference,
  PairedF1s,
} from '../ml/processes/statistics.methods.js';
import type { Turns } from '../ml/processes/turns.js';
import type { BlobStore } from '../storage/blob-store.js';
import { parseSha256 } from '../storage/sha256.js';
import { commonScores } from './common-scores.js';
import { type CellComparison, compareCommon } from './compare-cells.js';
import { KeptResults } from './kept-results.js';
import { parseId } from './parse-id.js';
import type { EvaluatedSplit } from './place-of-scores.js';

const KEPT = 50;
/** Of the resamples. */
const SEED = 1;
const MAX_FLIPPED_SAMPLES = 50;

/** Two runs on the samples of a split that both have scored. */
export interface RunComparison extends CellComparison {
  versionId: string;
  /** at the runs' thresholds */
  f1s: F1Differences;
  /** one per label, in order */
  labels: { support: number; a: CellLabelScore; b: CellLabelScore }[];
  /** samples as places in the version */
  flips: DecisionFlips;
}

export interface CompareRunsDeps {
  db: Sql;
  blobs: BlobStore;
  /** shared by all that compares, as each holds all of its scores */
  queue: Turns;
  /** in another process, as all of these: it takes seconds */
  pairedBootstrap(payload: PairedBootstrap): Promise<PairedDifference>;
  pairedF1s(payload: PairedF1s): Promise<F1Differences>;
  cellsByLabel(payload: CellsToCompare): Promise<CellsByLabel>;
}

/** Compares pairs of runs, each once: what it is made from never changes. */
export class RunComparisons {
  readonly #kept = new KeptResults<RunComparison | null>(KEPT);

  constructor(private readonly deps: CompareRunsDeps) {}

  /**
   * @returns null where no sample of the split that both have scored carries a label, and where there are too many scores
   * @throws NOT_FOUND for a run that is not there or has not succeeded, BAD_USER_INPUT for two of different versions
   */
  async compare(aId: string, bId: string, split: EvaluatedSplit): Promise<RunComparison | null> {
    const a = await this.#run(aId, 'a');
    const b = await this.#run(bId, 'b');
    if (a.versionId !== b.versionId) {
      throw badUserInput(
        'expected two runs on one dataset version, but these are on different ones',
      );
    }
    const key = JSON.stringify([a, b, split]);
    return this.#kept.get(key, () => this.deps.queue.take(() => compare(this.deps, split, a, b)));
  }

  async #run(id: string, argument: string): Promise<RunScores> {
    const run = await runScores(this.deps.db, parseId(id, 'run'));
    if (run) return run;
    throw new ClipwrightError('NOT_FOUND', `There is no run \`${argument}\` that has SUCCEEDED.`);
  }
}

async function compare(
  deps: CompareRunsDeps,
  split: EvaluatedSplit,
  a: RunScores,
  b: RunScores,
): Promise<RunComparison | null> {
  const { versionId } = a;
  const files = [a, b].map((run) => [parseSha256(run.scoresSha256)]);
  const common = await commonScores(deps, { versionId, split }, files);
  if (!common) return null;
  const comparison = await compareCommon(deps, common, 1);
  const { numLabels, positions, targets } = common;
  const cells = [a, b].map(({ thresholds }, at) => [
    { ...common.seeds[at]!, thresholds: [Float64Array.from(thresholds)] },
  ]);
  const byLabel = await deps.cellsByLabel({
    cells,
    targets,
    numLabels,
    flips: [0, 1],
    maxSamples: MAX_FLIPPED_SAMPLES,
  });
  const [cutA, cutB] = [a, b].map(({ thresholds }, at) => ({
    scores: common.seeds[at]!.scores,
    thresholds: Float64Array.from(thresholds),
  }));
  const { level, resamples } = comparison;
  const options = { level, resamples, seed: SEED };
  const f1s = await deps.pairedF1s({ a: cutA!, b: cutB!, targets, numLabels, options });
  const flips = byLabel.flips!;
  return {
    ...comparison,
    versionId,
    f1s,
    labels: byLabel.support.map((support, label) => ({
      support,
      a: byLabel.cells[0]![label]!,
      b: byLabel.cells[1]![label]!,
    })),
    flips: {
      ...flips,
      samples: flips.samples.map((sample) => ({ ...sample, row: positions[sample.row]! })),
    },
  };
}
