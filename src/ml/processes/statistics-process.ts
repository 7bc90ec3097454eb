import type { F1Differences } from '../metrics/bootstrap-f1.js';
import type { CellsByLabel, CellsToCompare } from '../metrics/cells-by-label.js';
import type { StreamedEvaluation } from '../metrics/evaluate-streamed.js';
import type { FoundErrors } from '../metrics/worst-errors.js';
import type { CombinedRuns, RunsToCombine } from '../train/combine-runs.js';
import { processEntry } from './process-entry.js';
import { ProcessPool } from './process-pool.js';
import type {
  CutLabel,
  ErrorsToFind,
  EvaluatedScores,
  FittedPoint,
  LabelToCut,
  PairedBootstrap,
  PairedDifference,
  PairedF1s,
  PointToFit,
  PredictionsToEvaluate,
  PredictionsToSelect,
  ScoresToEvaluate,
  StatisticsMethods,
} from './statistics.methods.js';

/** Resampling and averaging in a child process, one request at a time: a server that did it itself would answer nobody meanwhile. */
export class StatisticsProcess {
  readonly #pool = new ProcessPool<StatisticsMethods>({
    name: 'statistics',
    entry: processEntry('statistics.process', import.meta.url),
    size: 1,
    concurrency: 1,
    timeoutMs: 600_000,
    recycleBytes: 256 * 2 ** 20,
  });

  get pids(): number[] {
    return this.#pool.pids;
  }

  findErrors(payload: ErrorsToFind): Promise<FoundErrors> {
    return this.#pool.request('findErrors', payload);
  }

  cutLabel(payload: LabelToCut): Promise<CutLabel> {
    return this.#pool.request('cutLabel', payload);
  }

  pairedBootstrap(payload: PairedBootstrap): Promise<PairedDifference> {
    return this.#pool.request('pairedBootstrap', payload);
  }

  pairedF1s(payload: PairedF1s): Promise<F1Differences> {
    return this.#pool.request('pairedF1s', payload);
  }

  evaluateScores(payload: ScoresToEvaluate): Promise<EvaluatedScores> {
    return this.#pool.request('evaluateScores', payload);
  }

  fitPoint(payload: PointToFit): Promise<FittedPoint> {
    return this.#pool.request('fitPoint', payload);
  }

  cellsByLabel(payload: CellsToCompare): Promise<CellsByLabel> {
    return this.#pool.request('cellsByLabel', payload);
  }

  evaluatePredictions(payload: PredictionsToEvaluate): Promise<StreamedEvaluation> {
    return this.#pool.request('evaluatePredictions', payload);
  }

  selectPredictions(payload: PredictionsToSelect): Promise<{ rows: Int32Array }> {
    return this.#pool.request('selectPredictions', payload);
  }

  combineRuns(payload: RunsToCombine): Promise<CombinedRuns> {
    return this.#pool.request('combineRuns', payload);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
