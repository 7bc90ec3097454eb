import type { EvalMetrics } from '../metrics/evaluate.js';
import type { LabelMetrics } from '../metrics/label-metrics.js';
import type { TokenShapes } from '../nn/token-shape.js';
import type { TrainingDevice } from '../runtime/device.js';
import type { EngineName } from '../train/engine.js';
import type { EpochRecord } from '../train/epoch-record.js';
import type { RunConfig } from '../train/run-config.js';

/** One training, as the train process takes it. Samples are named by their position in the dataset version. */
export interface TrainPayload {
  /** the embedding set's file, or that of its tokens */
  featuresPath: string;
  samples: number;
  dimension: number;
  /** of a head over tokens */
  tokens?: TokenShapes | undefined;
  numLabels: number;
  /** labels of sample i: `labels[offsets[i] .. offsets[i + 1]]` */
  labelOffsets: Int32Array;
  labels: Int32Array;
  /** positions by split, only of labelled samples that have what the fusion needs */
  train: Int32Array;
  validation: Int32Array;
  test: Int32Array;
  /** of `validation`, those that have a photo and a caption */
  validationPaired: Int32Array;
  config: RunConfig;
  /** [L, D], where the head needs the labels' texts */
  labelEmbeds?: Float32Array | undefined;
  seed: number;
  engine: EngineName;
  device: TrainingDevice;
  threads: number;
  /** bytes that the training may take; samples that would take too much of it stay in their file */
  memoryLimit: number;
  /** written after every epoch; where it is there, the training goes on from it */
  checkpointPath: string;
}

export type TrainEvent =
  /** `cause`: for the log, not for clients */
  | { kind: 'warning'; message: string; cause?: string }
  | { kind: 'progress'; progress: number; etaSeconds: number | null }
  | { kind: 'epoch'; epoch: EpochRecord; progress: number; etaSeconds: number | null };

export interface TrainResult {
  bestEpoch: number;
  /** epochs that were trained, all of them also sent as events, here or in an earlier attempt */
  history: EpochRecord[];
  /** the head as ONNX: export-head.ts */
  head: Uint8Array;
  /** scores-file.ts */
  scores: Uint8Array;
  best: EvalMetrics | null;
  /** the same on `validationPaired` */
  bestPaired: EvalMetrics | null;
  final: EvalMetrics | null;
  labelMetrics: { VALIDATION: LabelMetrics[]; TEST: LabelMetrics[] };
  thresholds: number[];
}

export type TrainMethods = {
  train: { payload: TrainPayload; event: TrainEvent; result: TrainResult };
};
