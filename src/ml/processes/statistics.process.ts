import { pairedBootstrapMap } from '../metrics/bootstrap.js';
import { pairedBootstrapF1s } from '../metrics/bootstrap-f1.js';
import { cellsByLabel } from '../metrics/cells-by-label.js';
import { combineRuns } from '../train/combine-runs.js';
import { cutLabel } from './cut-label.js';
import { evaluateScores } from './evaluate-scores.js';
import { findErrors } from './find-errors.js';
import { fitPoint } from './fit-point.js';
import { evaluatePredictions, selectPredictions } from './predictions.js';
import { hostProcess } from './process-host.js';
import type { StatisticsMethods } from './statistics.methods.js';

hostProcess<StatisticsMethods>({
  evaluateScores: (payload) => evaluateScores(payload),
  fitPoint,
  pairedF1s: async ({ a, b, targets, numLabels, options }) =>
    pairedBootstrapF1s(a, b, targets, numLabels, options),
  pairedBootstrap: async ({ a, b, targets, numLabels, options }) =>
    pairedBootstrapMap(a, b, targets, numLabels, options),
  cellsByLabel: async (payload) => cellsByLabel(payload),
  combineRuns,
  findErrors,
  cutLabel,
  evaluatePredictions,
  selectPredictions,
});
