import type { Readable } from 'node:stream';
import type { Database } from '../db/database.js';
import type { EventHub } from '../db/event-hub.js';
import type { CreateEnsembleInput } from '../schema/create-ensemble.input.js';
import type { Device } from '../schema/device.type.js';
import type { Encoder } from '../schema/encoder.type.js';
import type { ExperimentInput, ExtendExperimentInput } from '../schema/experiment.input.js';
import type { ExperimentPlan } from '../schema/experiment.type.js';
import type { CellComparison } from '../schema/experiment-report.type.js';
import type { ImportDatasetInput } from '../schema/import-dataset.input.js';
import type { Precision } from '../schema/precision.enum.js';
import type { Role } from '../schema/role.enum.js';
import type { Split } from '../schema/split.enum.js';
import type { StartRunInput } from '../schema/start-run.input.js';
import type { BatchFigures } from '../services/batch-evaluations.js';
import type { BatchResult, FinishedBatch } from '../services/batch-results.js';
import type { BatchFilter } from '../services/batch-selections.js';
import type { RunComparison } from '../services/compare-runs.js';
import type { Duplicates } from '../services/duplicates.js';
import type { EditSamplesInput } from '../services/edit-samples.js';
import type { RunFigures } from '../services/evaluate-run.js';
import type { ExportFormat } from '../services/export-batch.js';
import type { ExportColumn } from '../services/export-template.js';
import type { ServedFile } from '../services/image-file.js';
import type { LabelFigures } from '../services/label-curve.js';
import type { ModelBundle } from '../services/model-bundle.js';
import type { EvaluatedSplit } from '../services/place-of-scores.js';
import type { PredictDatasetInput } from '../services/predict-dataset.js';
import type { ImportPreview } from '../services/preview-import.js';
import type { BestCells, CellsReport } from '../services/report-labels.js';
import type { ErrorChoice, ErrorFilter, RunError, RunErrors } from '../services/run-errors.js';
import type { SetHits, SetSearch } from '../services/search-set.js';
import type { SignedUrls } from '../services/signed-url.js';
import type { CreateThresholdSetInput } from '../services/threshold-sets.js';
import type { ThumbnailSize } from '../services/thumbnails.js';
import type { ZeroShotInput, ZeroShotScores } from '../services/zero-shot.js';
import type { Loaders } from './loaders.js';

/** Who asks: the token behind the request or the socket. */
export interface Viewer {
  readonly role: Role;
  /** `env` for CLIPWRIGHT_TOKEN, which has no row. */
  readonly tokenId: string;
  readonly tokenName: string | null;
  readonly expiresAt: Date | null;
}

export interface Deleted {
  id: string;
  freedBytes: number;
}

export interface PredictionInput {
  key: string | null;
  text: string | null;
  /** `bytes` are a client's, undecoded and unchecked but for their size. */
  image: { bytes: Buffer } | { sampleId: string } | { uploadId: string } | null;
}

export interface ScoredLabel {
  labelIndex: number;
  score: number;
  threshold: number;
}

export interface PredictionResult {
  /** By index. */
  labels: readonly { key: string; name: string }[];
  predictions: readonly {
    key: string | null;
    /** All of them, in label order. */
    scores: readonly ScoredLabel[];
    /** Those at or above their threshold, best first. */
    labels: readonly ScoredLabel[];
  }[];
}

export type ComparedCells = Omit<CellComparison, 'difference'> & { mean: number };

/** Everything that the resolvers ask of the rest of the server; app.ts builds the bag. Ids out, rows by db/*.queries.ts. */
export interface Services {
  importDataset(input: ImportDatasetInput): Promise<{ datasetId: string; jobId: string }>;
  embedDataset(input: {
    datasetVersionId: string;
    encoderId: string;
    precision: Precision;
    tokens: boolean;
  }): Promise<string>;
  /** The job's id. */
  downloadEncoder(id: string, precision: Precision): Promise<string>;
  /** The job's id. */
  addEncoder(directory: string): Promise<string>;
  deleteEncoder(id: string): Promise<Deleted>;
  /** The id of the batch prediction. */
  predictDataset(input: PredictDatasetInput): Promise<string>;
  cancelBatchPrediction(id: string): Promise<string>;
  deleteBatchPrediction(id: string): Promise<Deleted>;
  batchResults(
    batch: FinishedBatch,
    slice: { after: number; count: number },
  ): AsyncIterable<BatchResult>;
  /** @param positions of samples, ascending, that are in the batch */
  batchResultsAt(batch: FinishedBatch, positions: readonly number[]): Promise<BatchResult[]>;
  selectPredictions(batch: FinishedBatch, filter: BatchFilter): Promise<Int32Array>;
  evaluateBatch(batchId: string, split: Split | null): Promise<BatchFigures | null>;
  exportBatch(
    batch: FinishedBatch,
    format: ExportFormat,
    columns: readonly ExportColumn[],
  ): AsyncIterable<string | Uint8Array>;
  previewImport(input: ImportDatasetInput): Promise<ImportPreview>;
  createUpload(input: {
    filename: string;
    sizeBytes: number;
    tokenId: string;
  }): Promise<{ id: string; expiresAt: Date }>;
  /** How many bytes it will have; as long as it may begin. */
  expectedUpload(id: string): Promise<number>;
  deleteUpload(id: string): Promise<Deleted>;
  receiveUpload(id: string, body: Readable): Promise<void>;
  /** Of one that was received. */
  uploadPath(id: string, argument: string): Promise<string>;
  /** The id of the next version. */
  editSamples(input: EditSamplesInput): Promise<string>;
  deleteDataset(id: string): Promise<Deleted>;
  startRun(input: StartRunInput): Promise<string>;
  /** @returns their ids */
  archiveRuns(input: { ids: readonly string[]; archived: boolean }): Promise<string[]>;
  updateRun(input: {
    id: string;
    name?: string | null;
    tags?: readonly string[] | null;
    /** Null removes them. */
    notes?: string | null;
  }): Promise<string>;
  cancelRun(id: string): Promise<string>;
  cancelJob(id: string): Promise<string>;
  deleteRun(id: string): Promise<Deleted>;
  planExperiment(input: ExperimentInput): Promise<ExperimentPlan>;
  startExperiment(input: ExperimentInput): Promise<string>;
  extendExperiment(input: ExtendExperimentInput): Promise<string>;
  pauseExperiment(id: string): Promise<string>;
  resumeExperiment(id: string): Promise<string>;
  cancelExperiment(id: string): Promise<string>;
  retryExperimentCell(id: string, cell: number): Promise<string>;
  deleteExperiment(id: string): Promise<Deleted>;
  /** How much higher `a`'s mAP is on TEST; each cell as the score files of its runs, seed by seed. */
  compareCells(pair: {
    versionId: string;
    a: readonly (readonly string[])[];
    b: readonly (readonly string[])[];
  }): Promise<ComparedCells | null>;
  /** The best cells of an experiment label by label, each as the ids of its runs. */
  reportLabels(cells: BestCells): Promise<CellsReport | null>;
  compareRuns(a: string, b: string, split: EvaluatedSplit): Promise<RunComparison | null>;
  /** Null until the run has succeeded, and without labelled samples in the split. */
  evaluateRun(runId: string, split: 'VALIDATION' | 'TEST'): Promise<RunFigures | null>;
  /** The wrong decisions of a run, the worst first; null until it has succeeded. */
  runErrors(runId: string, filter: ErrorFilter): Promise<RunErrors | null>;
  /** Which samples of a version a run has decided wrongly about, a bit for each position. */
  samplesInError(
    version: { readonly id: string; readonly sampleCount: number },
    runId: string,
    choice: ErrorChoice,
  ): Promise<Uint8Array>;
  /** A run's wrong decisions about samples of a version; null where it has not scored one. */
  errorsAt(
    versionId: string,
    positions: readonly number[],
    runId: string,
    choice: ErrorChoice,
  ): Promise<(RunError[] | null)[]>;
  /** What each threshold makes of a label, by its index; null until the run has succeeded. */
  labelCurve(runId: string, split: EvaluatedSplit, label: number): Promise<LabelFigures | null>;
  registerModel(input: { runId: string; name: string }): Promise<string>;
  createEnsemble(input: CreateEnsembleInput): Promise<string>;
  setAlias(input: { model: string; alias: string; version: number }): Promise<string>;
  removeAlias(input: { model: string; alias: string }): Promise<string>;
  deleteModelVersion(ref: string): Promise<Deleted>;
  /** By the id of a model version; null where there is none. */
  modelBundle(versionId: string): Promise<ModelBundle | null>;
  createThresholdSet(input: CreateThresholdSetInput): Promise<{ versionId: string; name: string }>;
  /** The id of the version. */
  deleteThresholdSet(input: { modelVersion: string; name: string }): Promise<string>;
  /** `thresholds`: a threshold set's name; null: the model's own. */
  predict(
    model: string,
    inputs: readonly PredictionInput[],
    thresholds: string | null,
  ): Promise<PredictionResult>;
  search(input: SetSearch): Promise<SetHits>;
  duplicates(setId: string, threshold: number): Promise<Duplicates>;
  zeroShot(input: ZeroShotInput): Promise<ZeroShotScores[]>;
  encoders: {
    list(): Promise<readonly Encoder[]>;
  };
  system(): Promise<{
    version: string;
    device: string;
    engine: string;
    nodeVersion: string;
    threads: number;
  }>;
  /** What this machine can embed on, the CPU first. */
  devices(): Promise<readonly Device[]>;
  diskUsedBytes(): Promise<number>;
  /** The local path of an image's file, or null where there is none. */
  imageFile(sha256: string): Promise<{ path: string; contentType: string } | null>;
  /** Made on demand and cached. */
  thumbnail(sha256: string, size: ThumbnailSize): Promise<ServedFile | null>;
}

/** What lives as long as the server. */
export interface ServerContext {
  readonly db: Database;
  readonly services: Services;
  readonly eventHub: EventHub;
  readonly urls: SignedUrls;
  readonly limits: { readonly predictInputs: number; readonly imageBytes: number };
}

/** One operation's context, the same over HTTP and WebSocket. */
export interface Context extends ServerContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  readonly transport: 'http' | 'websocket';
  /** Rows loaded by this operation; a subscription gets new ones with every event. */
  loaders: Loaders;
  /** Called for an error that the client must not see. */
  report(error: unknown): void;
}
