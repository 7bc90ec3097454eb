import type { LabelSets } from '../data/label-sets.js';
import type { CutScores, F1Differences } from '../metrics/bootstrap-f1.js';
import type { CellsByLabel, CellsToCompare } from '../metrics/cells-by-label.js';
import type { EvalMetrics } from '../metrics/evaluate.js';
import type { RunEvaluation } from '../metrics/evaluate-run.js';
import type { StreamedEvaluation } from '../metrics/evaluate-streamed.js';
import type { KnownRows } from '../metrics/known-rows.js';
import type { LabelCut } from '../metrics/label-cuts.js';
import type { OperatingPoint, OperatingPointSettings } from '../metrics/operating-point.js';
import type { BootstrapOptions, PairedInterval } from '../metrics/resample.js';
import type { PredictionSelection } from '../metrics/select-predictions.js';
import type { ThresholdWarning } from '../metrics/threshold-warnings.js';
import type { ErrorSearch, FoundErrors } from '../metrics/worst-errors.js';
import type { CombinedRuns, RunsToCombine } from '../train/combine-runs.js';

/** As `pairedBootstrapMap` takes it: score sets `[N, L]`, targets `[N, L]`. */
export interface PairedBootstrap {
  a: Float32Array[];
  b: Float32Array[];
  targets: Uint8Array;
  numLabels: number;
  options: BootstrapOptions;
}

export type PairedDifference = PairedInterval;

/** As `pairedBootstrapF1s` takes it. */
export interface PairedF1s {
  a: CutScores;
  b: CutScores;
  targets: Uint8Array;
  numLabels: number;
  options: BootstrapOptions;
}

/** A split's scores in their file, `[N, L]` from byte `start` on, and what is known of its samples. */
export interface ScoresToEvaluate {
  path: string;
  start: number;
  numLabels: number;
  /** of N samples */
  labelSets: LabelSets;
  /** [L] */
  thresholds: number[];
  /** [L]: positives in TRAIN */
  trainSupport: number[];
  options: BootstrapOptions;
}

/** A split's scores in their file, and what is known of its samples. */
export type ScoredSplit = Pick<ScoresToEvaluate, 'start' | 'labelSets'>;

/** What is known of the samples at these places of the dataset version, [N]. */
export interface LabelledSplit {
  positions: Int32Array;
  labelSets: LabelSets;
}

export interface PointToFit {
  /** scores files of the runs whose mean is cut: of one, or of an ensemble's members */
  paths: string[];
  numLabels: number;
  validation: LabelledSplit;
  test: LabelledSplit;
  settings: OperatingPointSettings;
}

export interface FittedPoint {
  point: OperatingPoint;
  warnings: ThresholdWarning[];
  /** on TEST; null without a sample there */
  metrics: EvalMetrics | null;
}

/** `full` is null where the scores are too many to be in memory. */
export interface EvaluatedScores {
  metrics: EvalMetrics;
  full: RunEvaluation | null;
}

/** A split's scores in their file, `[N, L]` from byte `start` on, and what is looked for. */
export interface ErrorsToFind extends ErrorSearch {
  path: string;
  start: number;
}

/** A split's scores in their file, `[N, L]` from byte `start` on, and one of the labels. */
export interface LabelToCut {
  path: string;
  start: number;
  numLabels: number;
  label: number;
  /** of that label, [N] */
  targets: Uint8Array;
  /** whose cut is wanted in any case */
  threshold: number;
  /** how many cuts, about */
  limit: number;
}

export interface CutLabel {
  /** samples that carry the label */
  support: number;
  /** samples of which it is known */
  numSamples: number;
  /** from the highest threshold down */
  cuts: LabelCut[];
}

/** Scores `[samples, numLabels]` from byte `start` of a file on. */
export interface ScoresInFile {
  path: string;
  start: number;
  samples: number;
  numLabels: number;
}

/** Scores as the point gives them out, and what is known of some of their samples. */
export interface PredictionsToEvaluate {
  scores: ScoresInFile;
  point: OperatingPoint;
  known: KnownRows;
}

export interface PredictionsToSelect extends PredictionSelection {
  scores: ScoresInFile;
}

export type StatisticsMethods = {
  cutLabel: { payload: LabelToCut; result: CutLabel };
  fitPoint: { payload: PointToFit; result: FittedPoint };
  evaluateScores: { payload: ScoresToEvaluate; result: EvaluatedScores };
  findErrors: { payload: ErrorsToFind; result: FoundErrors };
  pairedF1s: { payload: PairedF1s; result: F1Differences };
  pairedBootstrap: { payload: PairedBootstrap; result: PairedDifference };
  cellsByLabel: { payload: CellsToCompare; result: CellsByLabel };
  evaluatePredictions: { payload: PredictionsToEvaluate; result: StreamedEvaluation };
  selectPredictions: { payload: PredictionsToSelect; result: { rows: Int32Array } };
  combineRuns: { payload: RunsToCombine; result: CombinedRuns };
};
