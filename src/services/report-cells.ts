import { modalitiesOf } from '../ml/nn/fusions/table.js';
import { isUntrained } from '../ml/nn/heads/table.js';
import type { Modality } from '../ml/nn/modality.js';
import { type RunConfig, TRAINING_ONLY } from '../ml/train/run-config.js';
import { AXES, AXIS_NAMES, type AxisName } from './experiment-axes.js';
import { canonicalJson } from './run-manifest.js';
import { type RangeOption, withOption } from './search-ranges.js';

/** What a cell is judged by, on VALIDATION. */
const CELL_METRICS = ['meanAveragePrecision', 'microF1', 'macroF1'] as const;
export type CellMetrics = Readonly<Record<(typeof CELL_METRICS)[number], number | null>>;

/** A run that an experiment wants. */
export interface CellRun {
  readonly cell: number;
  readonly rung: number;
  readonly seed: number;
  /** what its encoder made of the version */
  readonly setId: string;
  readonly config: RunConfig;
  /** null: it has not succeeded */
  readonly metrics: CellMetrics | null;
}

export interface MeanDeviation {
  readonly mean: number;
  /** of the sample, with n − 1; null of one value */
  readonly deviation: number | null;
}

export type CellReport = Readonly<
  Record<(typeof CELL_METRICS)[number], MeanDeviation | null> & {
    number: number;
    /** of successive halving; otherwise 0 */
    rung: number;
    setId: string;
    config: RunConfig;
    /** of which all runs, one or one for each fold, have succeeded */
    numSeeds: number;
    /** none of its runs is missing: only such cells are compared */
    complete: boolean;
  }
>;

/** One report per cell, over its seeds and folds: in descending order of mean average precision, those without one last. */
export function reportCells(runs: readonly CellRun[]): CellReport[] {
  const cells = new Map<number, CellRun[]>();
  for (const run of runs) cells.set(run.cell, [...(cells.get(run.cell) ?? []), run]);
  return [...cells]
    .map(([number, own]) => {
      const succeeded = own.flatMap(({ metrics }) => metrics ?? []);
      const unfinished = new Set(own.flatMap(({ metrics, seed }) => (metrics ? [] : seed)));
      const over = (metric: keyof CellMetrics) =>
        meanDeviation(succeeded.flatMap((metrics) => metrics[metric] ?? []));
      return {
        number,
        rung: own[0]!.rung,
        setId: own[0]!.setId,
        config: own[0]!.config,
        numSeeds: new Set(own.map(({ seed }) => seed)).size - unfinished.size,
        complete: succeeded.length === own.length,
        meanAveragePrecision: over('meanAveragePrecision'),
        microF1: over('microF1'),
        macroF1: over('macroF1'),
      };
    })
    .sort((a, b) => scoreOf(b) - scoreOf(a) || a.number - b.number);
}

function scoreOf({ meanAveragePrecision }: CellReport): number {
  return meanAveragePrecision?.mean ?? -1;
}

export function meanDeviation(values: readonly number[]): MeanDeviation | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: n === 1 ? null : Math.sqrt(squares / (n - 1)) };
}

/** What one value of an axis does: the mean over its complete cells of their mean average precision. */
export type AxisEffect = {
  /** null where it has no complete cell */
  readonly meanAveragePrecision: number | null;
  readonly numCells: number;
} & (
  | { readonly axis: 'encoders'; readonly value: string }
  | { readonly axis: AxisName; readonly value: RunConfig[(typeof AXES)[AxisName]] }
);

/**
 * Axis after axis, that of the encoders (as embedding sets) first, the best value first. Comparable within an axis where every value
 * has as many cells. Of successive halving the lowest rung alone, as the others have the best cells, trained for longer. Cells of
 * heads that are not trained have no place on an axis of training.
 * @param cells as `reportCells` orders them
 * @param drawn options that were drawn from ranges: values that differ in no others are one, shown as its best cell has it
 */
export function axisEffects(
  cells: readonly CellReport[],
  drawn: readonly RangeOption[] = [],
): AxisEffect[] {
  const first = cells.filter(({ rung }) => rung === 0);
  const encoders = effectsOf(first, ({ setId }) => ({ value: setId, key: setId }));
  const others = AXIS_NAMES.flatMap((axis) => {
    const on = first.filter(
      ({ config }) => !isUntrained(config.head) || !TRAINING_ONLY.includes(AXES[axis]),
    );
    return effectsOf(on, ({ config }) => {
      const alike = drawn.reduce((each, option) => withOption(each, option, 0), config);
      return { value: config[AXES[axis]], key: canonicalJson(alike[AXES[axis]]) };
    }).map((effect) => ({ axis, ...effect }));
  });
  return [...encoders.map((effect) => ({ axis: 'encoders' as const, ...effect })), ...others];
}

function effectsOf<V>(
  cells: readonly CellReport[],
  valueIn: (cell: CellReport) => { value: V; key: string },
): { value: V; meanAveragePrecision: number | null; numCells: number }[] {
  const values = new Map<string, { value: V; means: number[] }>();
  for (const cell of cells) {
    const { value, key } = valueIn(cell);
    const entry = values.get(key) ?? { value, means: [] };
    values.set(key, entry);
    if (cell.complete && cell.meanAveragePrecision) {
      entry.means.push(cell.meanAveragePrecision.mean);
    }
  }
  return [...values.values()]
    .map(({ value, means }) => ({
      value,
      meanAveragePrecision: meanDeviation(means)?.mean ?? null,
      numCells: means.length,
    }))
    .sort((x, y) => (y.meanAveragePrecision ?? -1) - (x.meanAveragePrecision ?? -1));
}

export interface Choice {
  readonly best: CellReport | null;
  /** of the cells whose fusion needs more than one modality */
  readonly bestFused: CellReport | null;
  /** of those whose fusion needs one: the better of the next two */
  readonly bestSingle: CellReport | null;
  readonly bestImageOnly: CellReport | null;
  readonly bestTextOnly: CellReport | null;
  /** of how many cells `best` is the best: the more, the more of its lead is luck */
  readonly numCellsCompared: number;
}

/** @param cells as `reportCells` orders them */
export function chooseCells(cells: readonly CellReport[]): Choice {
  const compared = cells.filter((cell) => cell.complete && cell.meanAveragePrecision);
  const needs = ({ config }: CellReport) => modalitiesOf(config.fusion.kind);
  const bestOnly = (modality: Modality) =>
    compared.find((cell) => needs(cell).length === 1 && needs(cell)[0] === modality) ?? null;
  return {
    best: compared[0] ?? null,
    bestFused: compared.find((cell) => needs(cell).length > 1) ?? null,
    bestSingle: compared.find((cell) => needs(cell).length === 1) ?? null,
    bestImageOnly: bestOnly('image'),
    bestTextOnly: bestOnly('text'),
    numCellsCompared: compared.length,
  };
}
