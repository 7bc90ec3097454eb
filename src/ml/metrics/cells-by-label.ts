import { type DecisionFlips, decisionFlips, type ScoredRun } from './decision-flips.js';
import { labelMetrics } from './label-metrics.js';

/** How a cell fares on a label: the mean over its runs. */
export interface CellLabelScore {
  /** null where no sample carries the label */
  readonly averagePrecision: number | null;
  readonly f1: number;
}

/** Cells, each as its runs, on the same samples. */
export interface CellsToCompare {
  readonly cells: readonly (readonly ScoredRun[])[];
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
  for (let at = 0; at < targets.length; at++) support[at % numLabels]! += targets[at]!;
  return {
    support,
    cells: cells.map((runs) => meanOfRuns(runs, targets, numLabels)),
    flips:
      flips && decisionFlips(cells[flips[0]]!, cells[flips[1]]!, targets, numLabels, maxSamples),
  };
}

function meanOfRuns(
  runs: readonly ScoredRun[],
  targets: Uint8Array,
  numLabels: number,
): CellLabelScore[] {
  const each = runs.map(({ scores, thresholds }) =>
    labelMetrics(scores, targets, numLabels, thresholds),
  );
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return each[0]!.map(({ averagePrecision }, label) => ({
    // The samples are the same, so that it is null in all of the runs or in none.
    averagePrecision:
      averagePrecision === null
        ? null
        : mean(each.map((metrics) => metrics[label]!.averagePrecision!)),
    f1: mean(each.map((metrics) => metrics[label]!.f1)),
  }));
}
