import { labelsAt, type RunScores, runScores } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { packLabelSets } from '../ml/data/label-sets.js';
import type { EvaluatedScores, ScoresToEvaluate } from '../ml/processes/statistics.methods.js';
import type { BlobStore } from '../storage/blob-store.js';
import { KeptResults } from './kept-results.js';
import { type EvaluatedSplit, placeOfScores } from './place-of-scores.js';

const OPTIONS = { resamples: 1000, level: 0.95, seed: 1 };
const KEPT = 200;

export interface RunFigures extends EvaluatedScores {
  versionId: string;
  numSamples: number;
  /** of the interval */
  level: number;
  resamples: number;
}

export interface EvaluateRunDeps {
  db: Sql;
  blobs: BlobStore;
  /** in another process: it takes seconds */
  evaluateScores(payload: ScoresToEvaluate): Promise<EvaluatedScores>;
}

/** Every figure of runs, each made once: a run's scores and what is known of its samples never change. */
export class RunEvaluations {
  readonly #kept = new KeptResults<RunFigures | null>(KEPT);

  constructor(private readonly deps: EvaluateRunDeps) {}

  /** @returns null where the run has not succeeded, or has no labelled sample in the split */
  async get(runId: string, split: EvaluatedSplit): Promise<RunFigures | null> {
    const run = await runScores(this.deps.db, runId);
    if (!run) return null;
    return this.#kept.get(`${run.scoresSha256} ${runId} ${split}`, () =>
      this.#evaluate(run, split),
    );
  }

  async #evaluate(run: RunScores, split: EvaluatedSplit): Promise<RunFigures | null> {
    const { db, blobs, evaluateScores } = this.deps;
    const place = await placeOfScores(blobs, run.scoresSha256, split);
    const { path, numLabels, positions, start } = place;
    if (positions.length === 0) return null;
    const labels = await labelsAt(db, run.versionId, positions);
    const evaluated = await evaluateScores({
      path,
      start,
      numLabels,
      labelSets: packLabelSets(labels),
      thresholds: run.thresholds,
      trainSupport: run.trainSupport,
      options: OPTIONS,
    });
    const { level, resamples } = OPTIONS;
    const { versionId } = run;
    return { ...evaluated, versionId, numSamples: positions.length, level, resamples };
  }
}
