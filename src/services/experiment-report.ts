import type { ReportMetrics, ReportRow } from '../db/experiments.queries.js';
import { type RunConfig, readRunConfig } from '../ml/train/run-config.js';
import { comparedOnPaired } from './compared-on.js';
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
  /** cells are compared on the samples that have a photo and a caption */
  readonly onPaired: boolean;
}

/** What the wanted runs of an experiment say so far. */
export function reportExperiment(
  rows: readonly ReportRow[],
  ranges: readonly { readonly option: RangeOption }[],
): ExperimentReport {
  const { onPaired, runs } = comparableRuns(rows);
  const cells = reportCells(runs);
  const drawn = ranges.map(({ option }) => option);
  return { onPaired, cells, effects: axisEffects(cells, drawn), ...chooseCells(cells) };
}

/** The ids of up to `count` succeeded runs of the best one's encoder, those of the highest mean average precision first. */
export function bestRuns(rows: readonly ReportRow[], count: number): string[] {
  const score = ({ metrics }: { metrics: ReportMetrics | null }) =>
    metrics?.meanAveragePrecision ?? -1;
  const ranked = comparableRuns(rows)
    .runs.filter((run) => score(run) >= 0)
    .sort((a, b) => score(b) - score(a));
  return ranked
    .filter(({ setId }) => setId === ranked[0]!.setId)
    .slice(0, count)
    .map(({ runId }) => runId!);
}

/** Each with the metrics that can be compared with those of the others (compared-on.ts). */
function comparableRuns(rows: readonly ReportRow[]): {
  onPaired: boolean;
  runs: (Omit<ReportRow, 'config'> & { config: RunConfig })[];
} {
  const runs = rows.map((row) => ({ ...row, config: readRunConfig(row.config) }));
  const onPaired = comparedOnPaired(runs.map(({ config }) => config.fusion));
  if (!onPaired) return { onPaired, runs };
  return {
    onPaired,
    runs: runs.map((run) => ({ ...run, metrics: run.pairedMetrics ?? run.metrics })),
  };
}
