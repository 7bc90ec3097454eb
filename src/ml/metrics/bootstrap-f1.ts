import { UNKNOWN } from '../data/unknown.js';
import { countPredictions } from './counts.js';
import { evaluate } from './evaluate.js';
import { f1Score } from './f1.js';
import {
  type BootstrapOptions,
  checked,
  type Interval,
  interval,
  ones,
  type PairedInterval,
  pairedInterval,
  resample,
} from './resample.js';
import { perLabelThresholds, type Scores, sampleCount } from './scored.js';

const F1S = ['microF1', 'macroF1', 'samplesF1'] as const;
type F1Name = (typeof F1S)[number];

export type F1Intervals = Record<F1Name, Interval>;
export type F1Differences = Record<F1Name, PairedInterval>;

/** Scores `[N, L]` and where they are cut, `[L]`. */
export interface CutScores {
  scores: Float32Array;
  thresholds: Float64Array;
}

/**
 * The F1s of `evaluate` at fixed `thresholds` (`[L]`) with the percentile intervals of resampled
 * samples, the same resamples as `bootstrapMap`'s. A label that loses its positives in a resample
 * is left out of macro-F1 in that resample alone. `targets` have a positive.
 */
export function bootstrapF1s(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array,
  options: BootstrapOptions,
): F1Intervals {
  const { resamples, level } = checked(options);
  const decisions = decide(scores, targets, numLabels, thresholds);
  const values = {
    microF1: new Float64Array(resamples),
    macroF1: new Float64Array(resamples),
    samplesF1: new Float64Array(resamples),
  };
  resample(targets, numLabels, options, (weights, index) => {
    const { microF1, macroF1, samplesF1 } = weightedF1s(decisions, numLabels, weights);
    values.microF1[index] = microF1;
    values.macroF1[index] = macroF1;
    values.samplesF1[index] = samplesF1;
  });
  const whole = evaluate(scores, targets, numLabels, thresholds);
  return {
    microF1: interval(whole.microF1!, values.microF1, level),
    macroF1: interval(whole.macroF1!, values.macroF1, level),
    samplesF1: interval(whole.samplesF1!, values.samplesF1, level),
  };
}

/** The F1s of `a` minus those of `b`, each at its thresholds, both on the same resamples; else as `bootstrapF1s`. */
export function pairedBootstrapF1s(
  a: CutScores,
  b: CutScores,
  targets: Uint8Array,
  numLabels: number,
  options: BootstrapOptions,
): F1Differences {
  const { resamples, level } = checked(options);
  const [ofA, ofB] = [a, b].map(({ scores, thresholds }) =>
    decide(scores, targets, numLabels, thresholds),
  ) as [Decisions, Decisions];
  const difference = (weights: Uint32Array) => {
    const higher = weightedF1s(ofA, numLabels, weights);
    const lower = weightedF1s(ofB, numLabels, weights);
    return (name: F1Name) => higher[name] - lower[name];
  };
  const values = F1S.map(() => new Float64Array(resamples));
  resample(targets, numLabels, options, (weights, index) => {
    const of = difference(weights);
    for (const [at, name] of F1S.entries()) values[at]![index] = of(name);
  });
  const whole = difference(ones(targets, numLabels));
  return Object.fromEntries(
    F1S.map((name, at) => [name, pairedInterval(whole(name), values[at]!, level)]),
  ) as F1Differences;
}

/** What is carried or predicted, sample by sample (compressed sparse rows), so that a resample reads no more. */
interface Decisions {
  /** [N + 1] */
  offsets: Int32Array;
  /** label × 4 + isPredicted × 2 + isPositive */
  entries: Int32Array;
  /** [N]: each sample's own F1; NaN where none of its labels is known */
  sampleF1: Float64Array;
}

function decide(
  scores: Scores,
  targets: Uint8Array,
  numLabels: number,
  thresholds: Float64Array,
): Decisions {
  const samples = sampleCount(scores, targets, numLabels);
  const cuts = perLabelThresholds(thresholds, numLabels);
  const { positives, predicted } = countPredictions(scores, targets, numLabels, cuts);
  const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);
  const entries = new Int32Array(sum(positives) + sum(predicted));
  const offsets = new Int32Array(samples + 1);
  const sampleF1 = new Float64Array(samples);
  let end = 0;
  for (let sample = 0, at = 0; sample < samples; sample++) {
    const own = { known: 0, positives: 0, predicted: 0, both: 0 };
    for (let label = 0; label < numLabels; label++, at++) {
      const isPositive = targets[at]!;
      if (isPositive === UNKNOWN) continue;
      own.known++;
      const isPredicted = scores[at]! >= cuts[label]! ? 1 : 0;
      if (isPositive + isPredicted === 0) continue;
      entries[end++] = label * 4 + isPredicted * 2 + isPositive;
      own.positives += isPositive;
      own.predicted += isPredicted;
      own.both += isPositive & isPredicted;
    }
    offsets[sample + 1] = end;
    const f1 = f1Score(own.both, own.positives, own.predicted) ?? 1;
    sampleF1[sample] = own.known === 0 ? Number.NaN : f1;
  }
  return { offsets, entries, sampleF1 };
}

/** `weights`, `[N]`, leave at least one positive. */
function weightedF1s(
  { offsets, entries, sampleF1 }: Decisions,
  numLabels: number,
  weights: Uint32Array,
): Record<F1Name, number> {
  const positives = new Float64Array(numLabels);
  const predicted = new Float64Array(numLabels);
  const both = new Float64Array(numLabels);
  let sampleSum = 0;
  let samples = 0;
  for (let sample = 0; sample < weights.length; sample++) {
    const weight = weights[sample]!;
    if (weight === 0 || Number.isNaN(sampleF1[sample])) continue;
    samples += weight;
    sampleSum += weight * sampleF1[sample]!;
    for (let at = offsets[sample]!; at < offsets[sample + 1]!; at++) {
      const entry = entries[at]!;
      const label = entry >>> 2;
      if (entry & 1) positives[label]! += weight;
      if (entry & 2) predicted[label]! += weight;
      if ((entry & 3) === 3) both[label]! += weight;
    }
  }
  let [allPositives, allPredicted, allBoth, f1Sum, defined] = [0, 0, 0, 0, 0];
  for (let label = 0; label < numLabels; label++) {
    allPositives += positives[label]!;
    allPredicted += predicted[label]!;
    allBoth += both[label]!;
    if (positives[label] === 0) continue;
    f1Sum += f1Score(both[label]!, positives[label]!, predicted[label]!)!;
    defined++;
  }
  return {
    microF1: f1Score(allBoth, allPositives, allPredicted)!,
    macroF1: f1Sum / defined,
    samplesF1: sampleSum / samples,
  };
}
