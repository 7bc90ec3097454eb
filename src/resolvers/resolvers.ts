import { AliasResolver } from './alias.resolver.js';
import { BatchEvaluationResolver } from './batch-evaluation.resolver.js';
import { BatchPredictionResolver } from './batch-prediction.resolver.js';
import { CellLabelsResolver } from './cell-labels.resolver.js';
import { DatasetResolver } from './dataset.resolver.js';
import { DatasetImportResolver } from './dataset-import.resolver.js';
import { DatasetVersionResolver } from './dataset-version.resolver.js';
import { DuplicatesResolver } from './duplicates.resolver.js';
import { EmbeddingSetResolver } from './embedding-set.resolver.js';
import { EncoderResolver } from './encoder.resolver.js';
import { EvalMetricsResolver } from './eval-metrics.resolver.js';
import { ExperimentResolver } from './experiment.resolver.js';
import { CellRunResolver, ExperimentCellResolver } from './experiment-cell.resolver.js';
import { ExperimentEventResolver } from './experiment-event.resolver.js';
import {
  AxisEffectResolver,
  CellComparisonResolver,
  CellReportResolver,
  ExperimentReportResolver,
} from './experiment-report.resolver.js';
import { ImportReportResolver } from './import-report.resolver.js';
import { JobResolver } from './job.resolver.js';
import { LabelCurveResolver } from './label-curve.resolver.js';
import { ModelResolver } from './model.resolver.js';
import { ModelVersionResolver } from './model-version.resolver.js';
import { PredictionResolver } from './prediction.resolver.js';
import { RunResolver } from './run.resolver.js';
import { RunComparisonResolver } from './run-comparison.resolver.js';
import { RunErrorsResolver } from './run-errors.resolver.js';
import { RunEvaluationResolver } from './run-evaluation.resolver.js';
import { RunEventResolver } from './run-event.resolver.js';
import { RunGroupResolver } from './run-group.resolver.js';
import { RunMetricsResolver } from './run-metrics.resolver.js';
import { SampleResolver } from './sample.resolver.js';
import { SampleErrorsResolver } from './sample-errors.resolver.js';
import { SavedViewResolver } from './saved-view.resolver.js';
import { SearchResolver } from './search.resolver.js';
import { SystemResolver } from './system.resolver.js';
import { ThresholdSetResolver } from './threshold-set.resolver.js';
import { TokenResolver } from './token.resolver.js';
import { UploadResolver } from './upload.resolver.js';
import { VersionStatisticsResolver } from './version-statistics.resolver.js';
import { ViewerResolver } from './viewer.resolver.js';
import { ZeroShotResolver } from './zero-shot.resolver.js';

export const resolvers = [
  AliasResolver,
  BatchEvaluationResolver,
  BatchPredictionResolver,
  AxisEffectResolver,
  CellComparisonResolver,
  CellReportResolver,
  CellLabelsResolver,
  CellRunResolver,
  DatasetImportResolver,
  DatasetResolver,
  DatasetVersionResolver,
  DuplicatesResolver,
  EmbeddingSetResolver,
  EncoderResolver,
  EvalMetricsResolver,
  ExperimentCellResolver,
  ExperimentEventResolver,
  ExperimentReportResolver,
  ExperimentResolver,
  ImportReportResolver,
  JobResolver,
  ModelResolver,
  ModelVersionResolver,
  PredictionResolver,
  LabelCurveResolver,
  RunErrorsResolver,
  RunGroupResolver,
  RunMetricsResolver,
  RunComparisonResolver,
  RunEvaluationResolver,
  RunEventResolver,
  RunResolver,
  SampleResolver,
  SampleErrorsResolver,
  SavedViewResolver,
  SearchResolver,
  SystemResolver,
  ThresholdSetResolver,
  TokenResolver,
  UploadResolver,
  VersionStatisticsResolver,
  ViewerResolver,
  ZeroShotResolver,
] as const;
