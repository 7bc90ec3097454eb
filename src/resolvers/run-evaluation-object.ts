import type { Label } from '../schema/label.type.js';
import type { RunEvaluation } from '../schema/run-evaluation.type.js';
import type { RunFigures } from '../services/evaluate-run.js';
import { metricsObject } from './run-objects.js';

const FIGURES = [
  'microPrecision',
  'microRecall',
  'macroPrecision',
  'macroRecall',
  'weightedPrecision',
  'weightedRecall',
  'harmonicMacroF1',
  'samplesPrecision',
  'samplesRecall',
  'samplesJaccard',
  'trueCardinality',
  'predictedCardinality',
  'microAveragePrecision',
  'weightedAveragePrecision',
  'macroRocAuc',
  'microRocAuc',
  'rankingLoss',
  'coverageError',
  'labelRankingAveragePrecision',
  'oneError',
  'macroEce',
  'macroBrier',
] as const;

/** @param labels of the run's dataset version, by index */
export function runEvaluationObject(
  { metrics, full, numSamples, versionId, level, resamples }: RunFigures,
  labels: readonly Label[],
): RunEvaluation {
  const figures = Object.fromEntries(FIGURES.map((name) => [name, full?.[name] ?? null]));
  const interval = (of: { low: number; high: number } | null | undefined) =>
    of ? { ...of, level, resamples } : null;
  const { microF1, macroF1, samplesF1, weightedF1, meanAveragePrecision } = metrics;
  const { hammingLoss, subsetAccuracy, undefinedLabels } = metrics;
  const stored = { microF1, macroF1, samplesF1, weightedF1, meanAveragePrecision };
  return {
    ...(figures as Pick<RunEvaluation, (typeof FIGURES)[number]>),
    numSamples,
    metrics: metricsObject({ ...stored, hammingLoss, subsetAccuracy, undefinedLabels }, versionId)!,
    undefinedRocAucLabels: (full?.undefinedRocAucLabels ?? []).map((index) => labels[index]!),
    atK: full?.atK ?? [],
    reliability: (full?.reliability ?? []).map((of) => ({ ...of, label: labels[of.label]! })),
    meanAveragePrecisionInterval: interval(full?.meanAveragePrecisionInterval),
    microF1Interval: interval(full?.microF1Interval),
    macroF1Interval: interval(full?.macroF1Interval),
    samplesF1Interval: interval(full?.samplesF1Interval),
    frequencyGroups: full?.frequencyGroups ?? [],
  };
}
