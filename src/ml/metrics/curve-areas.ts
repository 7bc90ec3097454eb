import { averagePrecision } from './average-precision.js';
import { rank } from './ranking.js';
import { ratio } from './ratio.js';
import { rocAuc } from './roc-auc.js';
import { type Scores, sampleCount } from './scored.js';

/** What no threshold enters into, beside mAP. Null where no label, or no cell, is defined. */
export interface CurveAreas {
  /** Over all N × L scores as one ranking. */
  microAveragePrecision: number | null;
  /** Over labels with a positive, each as often as it has positives. */
  weightedAveragePrecision: number | null;
  /** Over labels with both a positive and a negative. */
  macroRocAuc: number | null;
  /** Over all N × L scores as one ranking. */
  microRocAuc: number | null;
  /** Labels without a positive or without a negative: left out of macro ROC-AUC. */
  undefinedRocAucLabels: number[];
}

/** Areas under the precision-recall and ROC curves of `scores` against `targets`, both `[N, L]`. */
export function curveAreas(scores: Scores, targets: Uint8Array, numLabels: number): CurveAreas {
  sampleCount(scores, targets, numLabels);
  const undefinedRocAucLabels: number[] = [];
  let positives = 0;
  let precisionSum = 0;
  let aucSum = 0;
  for (let label = 0; label < numLabels; label++) {
    const ranking = rank(scores, targets, numLabels, label);
    const support = ranking.positives.length;
    positives += support;
    precisionSum += support * (averagePrecision(ranking) ?? 0);
    const auc = rocAuc(ranking);
    if (auc === null) undefinedRocAucLabels.push(label);
    else aucSum += auc;
  }
  const cells = rank(scores, targets, numLabels, null);
  return {
    microAveragePrecision: averagePrecision(cells),
    weightedAveragePrecision: ratio(precisionSum, positives),
    macroRocAuc: ratio(aucSum, numLabels - undefinedRocAucLabels.length),
    microRocAuc: rocAuc(cells),
    undefinedRocAucLabels,
  };
}
