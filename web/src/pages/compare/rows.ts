import { flatConfig } from '../../parts/flat-config.ts';
import { metric } from '../../parts/format.ts';
import type { ComparedRun } from './use-compared.ts';

/** A line of the table: what it is, and what each run has there. */
export interface Row {
  name: string;
  cells: readonly string[];
  /** Of figures: the same as numbers, and which end is good. */
  values?: readonly (number | null)[];
  isLowGood?: boolean;
}

const METRICS = [
  ['meanAveragePrecision', 'mAP'],
  ['microF1', 'Micro-F1'],
  ['macroF1', 'Macro-F1'],
  ['samplesF1', 'Samples-F1'],
  ['weightedF1', 'Weighted F1'],
  ['hammingLoss', 'Hamming loss'],
  ['subsetAccuracy', 'Subset accuracy'],
] as const;

export function metricRows(runs: readonly ComparedRun[]): Row[] {
  return (['final', 'best'] as const).flatMap((which) =>
    METRICS.map(([key, name]) => {
      const values = runs.map((run) => run[which]?.[key] ?? null);
      return {
        name: `${name}, ${which === 'final' ? 'test' : 'validation'}`,
        cells: values.map(metric),
        values,
        isLowGood: key === 'hammingLoss',
      };
    }),
  );
}

export function settingRows(runs: readonly ComparedRun[], onlyDifferent: boolean): Row[] {
  const settings = runs.map(
    (run) =>
      new Map([
        ['dataset', `${run.dataset.name} v${run.datasetVersion.number}`],
        ['encoder', run.encoder.name],
        ['seed', String(run.seed)],
        ['fold', run.fold === null ? '–' : `${run.fold.index + 1} of ${run.fold.count}`],
        ...flatConfig(run.config),
      ]),
  );
  const names = new Set(settings.flatMap((each) => [...each.keys()]));
  return [...names]
    .map((name) => ({ name, cells: settings.map((each) => each.get(name) ?? '–') }))
    .filter(({ cells }) => !onlyDifferent || new Set(cells).size > 1);
}
