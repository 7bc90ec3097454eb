import { labelsAt, runScores } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { UNKNOWN } from '../ml/data/unknown.js';
import type { CutLabel, LabelToCut } from '../ml/processes/statistics.methods.js';
import type { BlobStore } from '../storage/blob-store.js';
import { KeptResults } from './kept-results.js';
import { type EvaluatedSplit, placeOfScores } from './place-of-scores.js';

/** Cuts that are handed out: more than a chart has points for. */
const MAX_CUTS = 1000;
const KEPT = 100;

export type LabelFigures = CutLabel;

export interface CutLabelDeps {
  db: Sql;
  blobs: BlobStore;
  /** in another process: it reads every score */
  cutLabel(payload: LabelToCut): Promise<CutLabel>;
}

/** What each threshold makes of a label of a run, each made once: a run's scores never change. */
export class LabelCurves {
  readonly #kept = new KeptResults<LabelFigures>(KEPT);

  constructor(private readonly deps: CutLabelDeps) {}

  /** @param label its index. @returns null where the run has not succeeded */
  async get(runId: string, split: EvaluatedSplit, label: number): Promise<LabelFigures | null> {
    const { db, blobs, cutLabel } = this.deps;
    const run = await runScores(db, runId);
    if (!run) return null;
    return this.#kept.get(`${run.scoresSha256} ${runId} ${split} ${label}`, async () => {
      const place = await placeOfScores(blobs, run.scoresSha256, split);
      const { path, numLabels, positions, start } = place;
      const labels = await labelsAt(db, run.versionId, positions);
      const targets = Uint8Array.from(labels, (own) =>
        own.includes(label) ? 1 : own.includes(~label) ? UNKNOWN : 0,
      );
      const threshold = run.thresholds[label]!;
      return cutLabel({ path, start, numLabels, label, targets, threshold, limit: MAX_CUTS });
    });
  }
}
