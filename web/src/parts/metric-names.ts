/** What `MetricFields` selects, as pages call it. */
export const METRIC_NAMES = [
  ['meanAveragePrecision', 'mAP'],
  ['microF1', 'Micro-F1'],
  ['macroF1', 'Macro-F1'],
  ['samplesF1', 'Samples-F1'],
  ['weightedF1', 'Weighted F1'],
  ['hammingLoss', 'Hamming loss'],
  ['subsetAccuracy', 'Subset accuracy'],
] as const;
