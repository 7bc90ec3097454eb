import type { BootstrapOptions, Interval } from '../metrics/bootstrap.js';
import type { CellsByLabel, CellsToCompare } from '../metrics/cells-by-label.js';
import type { CombinedRuns, RunsToCombine } from '../train/combine-runs.js';

/** As `pairedBootstrapMap` takes it: score sets `[N, L]`, targets `[N, L]`. */
export interface PairedBootstrap {
  a: Float32Array[];
  b: Float32Array[];
  targets: Uint8Array;
  numLabels: number;
  options: BootstrapOptions;
}

export interface PairedDifference extends Interval {
  readonly pValue: number;
}

export type StatisticsMethods = {
  pairedBootstrap: { payload: PairedBootstrap; result: PairedDifference };
  cellsByLabel: { payload: CellsToCompare; result: CellsByLabel };
  combineRuns: { payload: RunsToCombine; result: CombinedRuns };
};
