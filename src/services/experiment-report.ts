import type { ReportRow } from '../db/experiments.queries.js';
import { fillRunConfig } from '../ml/train/run-config.js';
import {
  type AxisEffect,
  axisEffects,
  type CellReport,
  type Choice,
  chooseCells,
  reportCells,
} from './report-cells.js';
import type { RangeOption } from './search-ranges.js';

export interface ExperimentReport extends Choice {
  readonly cells: readonly CellReport[];
  readonly effects: readonly AxisEffect[];
}

/** What the wanted runs of an experiment say so far. */
export function reportExperiment(
  rows: readonly ReportRow[],
  ranges: readonly { readonly option: RangeOption }[],
): ExperimentReport {
  const cells = reportCells(rows.map((row) => ({ ...row, config: fillRunConfig(row.config) })));
  const drawn = ranges.map(({ option }) => option);
  return { cells, effects: axisEffects(cells, drawn), ...chooseCells(cells) };
}
