import { matching, type RunFilterValues } from './run-filter.js';
import { GROUP_SQL, type RunGroupField } from './run-group-fields.js';
import { type MetricChoiceValues, metricSql } from './run-metrics.js';
import type { Sql } from './sql.js';

export interface RunGroupRow {
  /** of its best run */
  runId: string;
  numRuns: number;
  numSeeds: number;
  meanAveragePrecision: Spread | null;
  microF1: Spread | null;
  macroF1: Spread | null;
  samplesF1: Spread | null;
}

interface Spread {
  mean: number;
  /** with n − 1; null of one value */
  deviation: number | null;
}

/** Runs that are the same in `by`, with what they reach: the highest mean mAP first, those without one last. */
export function runGroups(
  sql: Sql,
  options: {
    by: readonly RunGroupField[];
    filter: RunFilterValues;
    metrics: MetricChoiceValues;
    limit: number;
  },
): Promise<RunGroupRow[]> {
  const values: unknown[] = [options.limit];
  const metric = (name: Parameters<typeof metricSql>[0]) => metricSql(name, options.metrics);
  return sql.query<RunGroupRow>(
    `select (array_agg(r.id order by m.map desc nulls last, r.created_at desc, r.id))[1] as "runId",
       count(*)::int as "numRuns", count(distinct r.seed)::int as "numSeeds",
       ${spread('m.map')} as "meanAveragePrecision", ${spread('m.micro')} as "microF1",
       ${spread('m.macro')} as "macroF1", ${spread('m.samples')} as "samplesF1"
     from runs r cross join lateral (select ${metric('MEAN_AVERAGE_PRECISION')} as map, ${metric('MICRO_F1')} as micro,
       ${metric('MACRO_F1')} as macro, ${metric('SAMPLES_F1')} as samples offset 0) as m
     where ${matching(options.filter, values)}
     group by ${options.by.map((field) => GROUP_SQL[field]('r')).join(', ')}
     order by avg(m.map) desc nulls last, max(r.created_at) desc limit $1`,
    values,
  );
}

function spread(value: string): string {
  return `case when count(${value}) > 0 then json_build_object('mean', avg(${value}), 'deviation', stddev_samp(${value})) end`;
}
