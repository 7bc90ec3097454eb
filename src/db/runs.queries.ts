import type { JobStatus } from './enums.js';
import { behind, cursorKey, type Keyed, type OrderColumn, orderBy, type Slice } from './keyset.js';
import { matching, type RunFilterValues } from './run-filter.js';
import { type MetricChoiceValues, metricSql, type OrderMetric } from './run-metrics.js';
import type { Sql } from './sql.js';

/** Metrics as training wrote them: label indices of the run's version. */
export interface StoredMetrics {
  microF1: number | null;
  macroF1: number | null;
  samplesF1: number | null;
  weightedF1: number | null;
  meanAveragePrecision: number | null;
  hammingLoss: number | null;
  subsetAccuracy: number | null;
  undefinedLabels: number[];
}

export interface RunRow {
  id: string;
  name: string;
  status: JobStatus;
  jobId: string | null;
  versionId: string;
  setId: string;
  encoderId: string;
  config: { epochs: number } & Record<string, unknown>;
  seed: number;
  fold: { count: number; index: number; seed: number } | null;
  progress: number;
  epoch: number;
  eventSeq: number;
  etaSeconds: number | null;
  best: StoredMetrics | null;
  final: StoredMetrics | null;
  bestEpoch: number | null;
  error: { code: string; message: string } | null;
  tags: string[];
  notes: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  archivedAt: Date | null;
}

export interface RunEpochRow {
  runId: string;
  epoch: number;
  trainLoss: number;
  validationLoss: number | null;
  validation: StoredMetrics | null;
  learningRate: number;
  seconds: number;
  /** of this epoch and all before it */
  elapsedSeconds: number;
}

export interface StoredLabelMetrics {
  label: number;
  support: number;
  threshold: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
  averagePrecision: number | null;
}

const RUN = `r.id, r.name, r.status, r.job_id as "jobId", r.version_id as "versionId",
  r.set_id as "setId", r.encoder_id as "encoderId", r.config, r.seed, r.fold, r.progress, r.epoch, r.event_seq as "eventSeq",
  r.eta_seconds as "etaSeconds",
  r.best, r.final, r.best_epoch as "bestEpoch",
  case when r.error_code is null then null
    else json_build_object('code', r.error_code, 'message', coalesce(r.error_message, '')) end as error,
  r.tags, r.notes, r.created_at as "createdAt", r.started_at as "startedAt",
  r.finished_at as "finishedAt", r.archived_at as "archivedAt"`;

const ORDER_SQL = {
  CREATED: { sql: 'r.created_at', kind: 'time' },
  NAME: { sql: 'r.name collate "C"', kind: 'text' },
  STATUS: { sql: 'r.status::text', kind: 'text' },
  DURATION: {
    sql: '(extract(epoch from r.finished_at - r.started_at)::float8)',
    kind: 'float',
  },
} as const;

export interface RunOrderValues {
  by: keyof typeof ORDER_SQL | OrderMetric;
  direction: 'ASC' | 'DESC';
}

/** Newest first decides between equals, and the id between runs of the same millisecond. */
export function runOrder(
  orders: readonly RunOrderValues[],
  metrics: MetricChoiceValues,
): OrderColumn[] {
  return [
    ...orders.map(({ by, direction }): OrderColumn => {
      if (by in ORDER_SQL) return { ...ORDER_SQL[by as keyof typeof ORDER_SQL], direction };
      return { sql: metricSql(by as OrderMetric, metrics), kind: 'float', direction };
    }),
    { sql: 'r.created_at', kind: 'time', direction: 'DESC', isNeverNull: true },
    { sql: 'r.id', kind: 'uuid', direction: 'DESC', isNeverNull: true },
  ];
}

export function runPage(
  sql: Sql,
  slice: Slice,
  filter: RunFilterValues,
  order: readonly OrderColumn[],
): Promise<Keyed<RunRow>[]> {
  const values: unknown[] = [slice.first];
  // Only the rows of the page are read in full: configurations and metrics are long.
  return sql.query<Keyed<RunRow>>(
    `select ${RUN}, page."cursorKey"
     from (
       select r.id, ${cursorKey(order)}, row_number() over (order by ${orderBy(order)}) as place from runs r
       where ${matching(filter, values)} and ${behind(order, slice.after, values)}
       order by ${orderBy(order)} limit $1
     ) as page join runs r on r.id = page.id order by page.place`,
    values,
  );
}

export async function countRuns(sql: Sql, filter: RunFilterValues): Promise<number> {
  const values: unknown[] = [];
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from runs r where ${matching(filter, values)}`,
    values,
  );
  return row!.count;
}

export function runsByIds(sql: Sql, ids: readonly string[]): Promise<RunRow[]> {
  return sql.query<RunRow>(`select ${RUN} from runs r where r.id = any($1::uuid[])`, [ids]);
}

/** Its state now and the number of its latest event. */
export async function runHead(
  sql: Sql,
  id: string,
): Promise<{ status: JobStatus; seq: number } | null> {
  const [row] = await sql.query<{ status: JobStatus; seq: number }>(
    'select status, event_seq as seq from runs where id = $1',
    [id],
  );
  return row ?? null;
}

export function epochsByRuns(sql: Sql, runIds: readonly string[]): Promise<RunEpochRow[]> {
  return sql.query<RunEpochRow>(
    `select run_id as "runId", epoch, train_loss as "trainLoss", validation_loss as "validationLoss",
       validation, learning_rate as "learningRate", seconds,
       sum(seconds) over (partition by run_id order by epoch) as "elapsedSeconds"
     from run_epochs where run_id = any($1::uuid[]) order by run_id, epoch`,
    [runIds],
  );
}

/** @param epochs one per run, by place */
export function epochRows(
  sql: Sql,
  runIds: readonly string[],
  epochs: readonly number[],
): Promise<RunEpochRow[]> {
  return sql.query<RunEpochRow>(
    `select e.run_id as "runId", e.epoch, e.train_loss as "trainLoss",
       e.validation_loss as "validationLoss", e.validation, e.learning_rate as "learningRate",
       e.seconds,
       (select sum(b.seconds) from run_epochs b where b.run_id = e.run_id and b.epoch <= e.epoch) as "elapsedSeconds"
     from unnest($1::uuid[], $2::int[]) as of(run_id, epoch)
     join run_epochs e on e.run_id = of.run_id and e.epoch = of.epoch`,
    [runIds, epochs],
  );
}

/** The largest column of a run, so read on its own. */
export function labelMetricsByRuns(
  sql: Sql,
  runIds: readonly string[],
  split: string,
): Promise<{ id: string; labelMetrics: StoredLabelMetrics[] | null }[]> {
  return sql.query(
    `select id, label_metrics -> $2::text as "labelMetrics" from runs where id = any($1::uuid[])`,
    [runIds, split],
  );
}

/** For a listener that may have missed some: at most the latest 200. */
export function runsChangedSince(sql: Sql, since: Date): Promise<RunRow[]> {
  return sql.query<RunRow>(
    `select * from (
       select ${RUN} from runs r
       where greatest(r.created_at, r.started_at, r.finished_at) >= $1
       order by greatest(r.created_at, r.started_at, r.finished_at) desc limit 200) changed
     order by greatest("createdAt", "startedAt", "finishedAt"), id`,
    [since],
  );
}
