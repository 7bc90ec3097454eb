/** Which of a run's metrics on VALIDATION are meant. */
export interface MetricChoiceValues {
  of: 'BEST' | 'LAST_EPOCH' | 'EPOCH';
  /** of EPOCH: a whole number */
  epoch: number | null;
}

export const BEST_METRICS: MetricChoiceValues = { of: 'BEST', epoch: null };

const METRICS = {
  MICRO_F1: { column: 'micro_f1', key: 'microF1' },
  MACRO_F1: { column: 'macro_f1', key: 'macroF1' },
  SAMPLES_F1: { column: 'samples_f1', key: 'samplesF1' },
  MEAN_AVERAGE_PRECISION: { column: 'mean_ap', key: 'meanAveragePrecision' },
} as const;

export type OrderMetric = keyof typeof METRICS;

/** A metric of runs `r` as an expression; null where a run has none there. */
export function metricSql(metric: OrderMetric, { of, epoch }: MetricChoiceValues): string {
  const { column, key } = METRICS[metric];
  if (of === 'BEST') return `r.${column}`;
  const at = of === 'LAST_EPOCH' ? 'r.epoch' : Math.trunc(Number(epoch));
  return `(select (e.validation ->> '${key}')::float8 from run_epochs e where e.run_id = r.id and e.epoch = ${at})`;
}
