import type { ComparedRun } from '../../api/compared-runs.ts';
import { flatConfig } from '../../parts/flat-config.ts';
import { metric } from '../../parts/format.ts';
import { METRIC_NAMES } from '../../parts/metric-names.ts';

/** A line of the table: what it is, and what each run has there. */
export interface Row {
  name: string;
  cells: readonly string[];
  /** Of figures: the same as numbers, and which end is good. */
  values?: readonly (number | null)[];
  isLowGood?: boolean;
}

export function metricRows(runs: readonly ComparedRun[]): Row[] {
  return (['final', 'best'] as const).flatMap((which) =>
    METRIC_NAMES.map(([key, name]) => {
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
