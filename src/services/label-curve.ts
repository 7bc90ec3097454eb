import { labelsAt, runScores } from '../db/evaluations.queries.js';
import type { Sql } from '../db/sql.js';
import { UNKNOWN } from '../ml/data/unknown.js';
import type { CutLabel, LabelToCut } from '../ml/processes/statistics.methods.js';
import { findScores } from '../ml/train/scores-file.js';
import type { BlobStore, Sha256 } from '../storage/blob-store.js';
import type { EvaluatedSplit } from './common-scores.js';
import { KeptResults } from './kept-results.js';

/** Cuts that are handed out: more than a chart has points for. */
export const MAX_CUTS = 1000;
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
      const path = blobs.path(run.scoresSha256 as Sha256);
      const of = split === 'TEST' ? 'test' : 'validation';
      const { numLabels, positions, start } = await findScores(path, of);
      const labels = await labelsAt(db, run.versionId, positions);
      const targets = Uint8Array.from(labels, (own) =>
        own.includes(label) ? 1 : own.includes(~label) ? UNKNOWN : 0,
      );
      const threshold = run.thresholds[label]!;
      return cutLabel({ path, start, numLabels, label, targets, threshold, limit: MAX_CUTS });
    });
  }
}
