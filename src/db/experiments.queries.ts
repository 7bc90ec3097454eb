import type { JobStatus, Split } from './enums.js';
import { behind, cursorKey, type Keyed, type OrderColumn, orderBy, type Slice } from './keyset.js';
import { labelEntries } from './label-entries.js';
import type { Sql } from './sql.js';

export interface ExperimentRow {
  id: string;
  name: string;
  status: JobStatus;
  versionId: string;
  /** one for each encoder, in the order of the axis */
  setIds: string[];
  seeds: number[];
  folds: { count: number; seed: number } | null;
  /** null: every combination of the axes is a cell */
  search: unknown;
  error: { code: string; message: string } | null;
  createdAt: Date;
  finishedAt: Date | null;
  numCells: number;
  numRuns: number;
  numSucceeded: number;
  numFailed: number;
  numReused: number;
}

const EXPERIMENT = `e.id, e.name, e.status, e.version_id as "versionId", e.seeds, e.folds, e.search,
  case when e.error_code is null then null
    else json_build_object('code', e.error_code, 'message', coalesce(e.error_message, '')) end as error,
  e.created_at as "createdAt", e.finished_at as "finishedAt",
  (select array_agg(x.set_id order by x.place) from experiment_sets x where x.experiment_id = e.id) as "setIds", t.*`;

const TALLY = `cross join lateral (
  select count(distinct w.cell)::int as "numCells", count(*)::int as "numRuns",
    count(*) filter (where r.status = 'SUCCEEDED')::int as "numSucceeded",
    count(*) filter (where r.status in ('FAILED', 'CANCELLED'))::int as "numFailed",
    count(*) filter (where w.reused)::int as "numReused"
  from experiment_runs w left join runs r on r.id = w.run_id where w.experiment_id = e.id) t`;

export const EXPERIMENT_ORDER: readonly OrderColumn[] = [
  { sql: 'e.created_at', kind: 'time', direction: 'DESC' },
  { sql: 'e.id', kind: 'uuid', direction: 'DESC' },
];

export function experimentPage(sql: Sql, slice: Slice): Promise<Keyed<ExperimentRow>[]> {
  const values: unknown[] = [slice.first];
  return sql.query<Keyed<ExperimentRow>>(
    `select ${EXPERIMENT}, ${cursorKey(EXPERIMENT_ORDER)} from (
       select * from experiments e
       where ${behind(EXPERIMENT_ORDER, slice.after, values)}
       order by ${orderBy(EXPERIMENT_ORDER)} limit $1) e ${TALLY}
     order by ${orderBy(EXPERIMENT_ORDER)}`,
    values,
  );
}

export async function countExperiments(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    'select count(*)::int as count from experiments',
  );
  return row!.count;
}

export function experimentsByIds(sql: Sql, ids: readonly string[]): Promise<ExperimentRow[]> {
  return sql.query<ExperimentRow>(
    `select ${EXPERIMENT} from experiments e ${TALLY} where e.id = any($1::uuid[])`,
    [ids],
  );
}

/** For a listener that may have missed some: at most the latest 200. */
export function experimentsChangedSince(sql: Sql, since: Date): Promise<ExperimentRow[]> {
  return sql.query<ExperimentRow>(
    `select ${EXPERIMENT} from (
       select e.*, v.at from experiments e cross join lateral (
         select at from experiment_events where experiment_id = e.id order by seq desc limit 1) v
       where v.at >= $1 order by v.at desc limit 200) e ${TALLY}
     order by e.at, e.id`,
    [since],
  );
}

/** Its state now and the number of its latest event. */
export async function experimentHead(
  sql: Sql,
  id: string,
): Promise<{ status: JobStatus; seq: number } | null> {
  const [row] = await sql.query<{ status: JobStatus; seq: number }>(
    'select status, event_seq as seq from experiments where id = $1',
    [id],
  );
  return row ?? null;
}

export interface ExperimentEventRow {
  seq: number;
  status: JobStatus;
  progress: number;
  runId: string | null;
  message: string | null;
  at: Date;
  /** whether it was the latest when it was read: an ended experiment may be taken up again */
  latest: boolean;
}

/** The experiment's events with a number above `after`, in order. */
export function experimentEventsAfter(
  sql: Sql,
  id: string,
  after: number,
  limit = 500,
): Promise<ExperimentEventRow[]> {
  return sql.query<ExperimentEventRow & { [column: string]: unknown }>(
    `select v.seq, v.status, v.progress, v.run_id as "runId", v.message, v.at,
       v.seq = e.event_seq as latest
     from experiments e join experiment_events v on v.experiment_id = e.id
     where e.id = $1::uuid and v.seq > $2::int order by v.seq limit $3::int`,
    [id, after, limit],
  );
}

export interface CellRow {
  experimentId: string;
  cell: number;
  rung: number;
  promotedFrom: number | null;
  setId: string;
  config: Record<string, unknown>;
}

/** One page per experiment, by number, in one statement. `after` is a cell's number. */
export function cellPages(
  sql: Sql,
  experimentIds: readonly string[],
  slice: { first: number; after: number | null },
): Promise<CellRow[]> {
  return sql.query<CellRow & { [column: string]: unknown }>(
    `select c.* from unnest($1::uuid[]) as of(id) cross join lateral (
       select distinct on (w.cell) w.experiment_id as "experimentId", w.cell, w.rung,
         w.promoted_from as "promotedFrom", x.set_id as "setId", w.config
       from experiment_runs w join experiment_sets x on x.experiment_id = w.experiment_id and x.place = w.encoder
       where w.experiment_id = of.id and ($3::int is null or w.cell > $3)
       order by w.cell, w.position limit $2) c
     order by c."experimentId", c.cell`,
    [experimentIds, slice.first, slice.after],
  );
}

export function countCells(
  sql: Sql,
  experimentIds: readonly string[],
): Promise<{ id: string; count: number }[]> {
  return sql.query(
    `select experiment_id as id, count(distinct cell)::int as count from experiment_runs
     where experiment_id = any($1::uuid[]) group by experiment_id`,
    [experimentIds],
  );
}

export interface CellRunRow {
  experimentId: string;
  cell: number;
  seed: number;
  /** the index of its fold; null: the experiment has none */
  fold: number | null;
  reused: boolean;
  runId: string | null;
}

/** @param cells one per experiment's id, by place */
export function runsOfCells(
  sql: Sql,
  experimentIds: readonly string[],
  cells: readonly number[],
): Promise<CellRunRow[]> {
  return sql.query<CellRunRow & { [column: string]: unknown }>(
    `select w.experiment_id as "experimentId", w.cell, w.seed, w.reused, w.run_id as "runId",
       case when e.folds is not null then w.fold end as fold
     from unnest($1::uuid[], $2::int[]) as of(id, cell)
     join experiment_runs w on w.experiment_id = of.id and w.cell = of.cell
     join experiments e on e.id = of.id
     order by w.experiment_id, w.cell, w.position`,
    [experimentIds, cells],
  );
}

/** What the latest finished runs took for an epoch, by head and size of the data. */
export async function finishedPaces(
  sql: Sql,
): Promise<{ head: string; samples: number; secondsPerEpoch: number; runs: number }[]> {
  return sql.query(
    `select r.config #>> '{head,kind}' as head, v.sample_count as samples,
       avg(e.seconds)::float8 as "secondsPerEpoch", count(distinct r.id)::int as runs
     from (select * from runs where status = 'SUCCEEDED' order by created_at desc limit 500) r
     join dataset_versions v on v.id = r.version_id
     join run_epochs e on e.run_id = r.id
     where r.config #>> '{head,kind}' is not null
     group by 1, 2`,
  );
}

export interface ReportMetrics {
  meanAveragePrecision: number | null;
  microF1: number | null;
  macroF1: number | null;
}

/** A run that an experiment wants, as its report reads it. */
export interface ReportRow {
  experimentId: string;
  cell: number;
  rung: number;
  seed: number;
  setId: string;
  config: unknown;
  /** null: the run has not succeeded */
  metrics: ReportMetrics | null;
  /** the same on the samples that have a photo and a caption; null too where there are none, or the run is older */
  pairedMetrics: ReportMetrics | null;
  runId: string | null;
  scoresSha256: string | null;
}

export function reportRows(sql: Sql, experimentIds: readonly string[]): Promise<ReportRow[]> {
  return sql.query<ReportRow & { [column: string]: unknown }>(
    `select w.experiment_id as "experimentId", w.cell, w.rung, w.seed, x.set_id as "setId", w.config,
       case when r.status = 'SUCCEEDED' then json_build_object('meanAveragePrecision', r.mean_ap,
         'microF1', r.micro_f1, 'macroF1', r.macro_f1) end as metrics,
       case when r.status = 'SUCCEEDED' then r.best_paired end as "pairedMetrics",
       w.run_id as "runId", encode(r.scores_sha256, 'hex') as "scoresSha256"
     from experiment_runs w join experiment_sets x on x.experiment_id = w.experiment_id and x.place = w.encoder
       left join runs r on r.id = w.run_id
     where w.experiment_id = any($1::uuid[]) order by w.experiment_id, w.position`,
    [experimentIds],
  );
}

/** Score files and thresholds of succeeded runs, in the order of their ids here. */
export function scoredRuns(
  sql: Sql,
  runIds: readonly string[],
): Promise<{ scoresSha256: string; thresholds: number[] }[]> {
  return sql.query(
    `select encode(r.scores_sha256, 'hex') as "scoresSha256", r.thresholds
     from unnest($1::uuid[]) with ordinality as of(id, place) join runs r on r.id = of.id
     where r.scores_sha256 is not null order by of.place`,
    [runIds],
  );
}

/** What is known of the labels of a version's labelled samples of a split, as label sets take them, in position order. */
export function splitTargets(
  sql: Sql,
  versionId: string,
  split: Split,
): Promise<{ position: number; labels: number[] }[]> {
  return sql.query(
    `select position, ${labelEntries('samples')} as labels from samples
     where version_id = $1 and split = $2::"Split" and labelled order by position`,
    [versionId, split],
  );
}
