import { batchPredictionById } from '../db/batch-predictions.queries.js';
import type { Split } from '../db/enums.js';
import type { Sql } from '../db/sql.js';
import type { EvalMetrics } from '../ml/metrics/evaluate.js';
import type { StreamedEvaluation } from '../ml/metrics/evaluate-streamed.js';
import type { LabelMetrics } from '../ml/metrics/label-metrics.js';
import type { OperatingPoint } from '../ml/metrics/operating-point.js';
import type { PredictionsToEvaluate } from '../ml/processes/statistics.methods.js';
import type { BlobStore } from '../storage/blob-store.js';
import { type FinishedBatch, isFinished } from './batch-results.js';
import { batchTruth } from './batch-truth.js';
import { KeptResults } from './kept-results.js';

const KEPT = 100;

export interface BatchFigures {
  numSamples: number;
  /** of the dataset version, that the model has too */
  labels: number[];
  /** `undefinedLabels` are those of the version */
  metrics: EvalMetrics;
  /** of `labels` */
  labelMetrics: LabelMetrics[];
}

export interface EvaluateBatchDeps {
  db: Sql;
  blobs: BlobStore;
  /** in another process: it reads every score */
  evaluatePredictions(payload: PredictionsToEvaluate): Promise<StreamedEvaluation>;
}

/** What batch predictions are worth where their samples are labelled, each made once: neither changes. */
export class BatchEvaluations {
  readonly #kept = new KeptResults<BatchFigures | null>(KEPT);

  constructor(private readonly deps: EvaluateBatchDeps) {}

  /**
   * @param split null: all of the batch
   * @returns null where it has not succeeded, no sample is labelled, or no label is one of the model's
   */
  async get(batchId: string, split: Split | null): Promise<BatchFigures | null> {
    const batch = await batchPredictionById(this.deps.db, batchId);
    if (!batch || !isFinished(batch)) return null;
    return this.#kept.get(`${batch.id} ${split}`, () => this.#evaluate(batch, split));
  }

  async #evaluate(batch: FinishedBatch, split: Split | null): Promise<BatchFigures | null> {
    const { scores, known, versionLabels } = await batchTruth(this.deps, batch, split);
    if (known.rows.length === 0 || known.labels.length === 0) return null;
    const point = batch.point as OperatingPoint;
    const { metrics, labels } = await this.deps.evaluatePredictions({ scores, point, known });
    const ofVersion = (place: number) => versionLabels[place]!;
    return {
      numSamples: known.rows.length,
      labels: versionLabels,
      metrics: { ...metrics, undefinedLabels: metrics.undefinedLabels.map(ofVersion) },
      labelMetrics: labels.map((each) => ({ ...each, label: ofVersion(each.label) })),
    };
  }
}
