import { UNKNOWN } from '../data/unknown.js';
import { averagePrecision } from './average-precision.js';
import {
  type DecisionFlips,
  decisionFlips,
  decisionsOf,
  type ScoredSeed,
} from './decision-flips.js';
import { f1Score } from './f1.js';
import { rank } from './ranking.js';

/** How a cell fares on a label: the mean over its seeds. */
export interface CellLabelScore {
  /** null where no sample carries the label */
  readonly averagePrecision: number | null;
  /** 0 where it is never predicted */
  readonly f1: number;
}

/** Cells, each as its seeds, on the same samples. */
export interface CellsToCompare {
  readonly cells: readonly (readonly ScoredSeed[])[];
  /** [N, L] */
  readonly targets: Uint8Array;
  readonly numLabels: number;
  /** the places of the two cells whose decisions are compared, if any */
  readonly flips: readonly [number, number] | null;
  readonly maxSamples: number;
}

export interface CellsByLabel {
  /** [L]: samples that carry the label */
  readonly support: number[];
  /** of each cell, [L] */
  readonly cells: CellLabelScore[][];
  readonly flips: DecisionFlips | null;
}

/** Cells side by side, label by label. */
export function cellsByLabel(payload: CellsToCompare): CellsByLabel {
  const { cells, targets, numLabels, flips, maxSamples } = payload;
  const support = new Array<number>(numLabels).fill(0);
  for (let at = 0; at < targets.length; at++) {
    if (targets[at] === 1) support[at % numLabels]!++;
  }
  return {
    support,
    cells: cells.map((seeds) => meanOfSeeds(seeds, targets, numLabels)),
    flips:
      flips && decisionFlips(cells[flips[0]]!, cells[flips[1]]!, targets, numLabels, maxSamples),
  };
}

function meanOfSeeds(
  seeds: readonly ScoredSeed[],
  targets: Uint8Array,
  numLabels: number,
): CellLabelScore[] {
  const each = seeds.map((seed) => {
    const f1s = f1PerLabel(decisionsOf(seed), targets, numLabels);
    return f1s.map((f1, label) => ({
      f1,
      averagePrecision: averagePrecision(rank(seed.scores, targets, numLabels, label)),
    }));
  });
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return each[0]!.map(({ averagePrecision: first }, label) => ({
    // The samples are the same, so that it is null for all of the seeds or for none.
    averagePrecision: first === null ? null : mean(each.map((at) => at[label]!.averagePrecision!)),
    f1: mean(each.map((at) => at[label]!.f1)),
  }));
}

function f1PerLabel(decided: Uint8Array, targets: Uint8Array, numLabels: number): number[] {
  const [positives, predicted, both] = [0, 1, 2].map(() => new Float64Array(numLabels)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  targets.forEach((target, at) => {
    if (target === UNKNOWN) return;
    const label = at % numLabels;
    positives[label]! += target;
    predicted[label]! += decided[at]!;
    both[label]! += target & decided[at]!;
  });
  return Array.from(
    both,
    (count, label) => f1Score(count, positives[label]!, predicted[label]!) ?? 0,
  );
}
