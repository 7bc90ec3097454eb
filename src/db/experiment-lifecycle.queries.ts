import type { TokensOfSpace } from './embeddings.queries.js';
import type { JobStatus, Precision } from './enums.js';
import { EVENTS_CHANNEL, experimentTopic, storableText } from './events.js';
import type { Sql, Tx } from './sql.js';

/** Whoever holds the lock and then says nothing for this long is stopped or cut off, and would hold up every training. */
const SILENCE = '15s';

/**
 * Until the transaction ends, nobody else decides what becomes of an experiment's runs. The one lock of all experiments,
 * as a run may be wanted by several. Whoever takes it holds what it needs of jobs, embedding sets and existing runs
 * already: after it, only rows that nobody else waits for are locked.
 */
export async function lockExperiments(tx: Tx): Promise<void> {
  await tx.query(
    `select set_config('idle_in_transaction_session_timeout', '${SILENCE}', true),
       pg_advisory_xact_lock(hashtextextended('clipwright experiments', 0))`,
  );
}

export interface NewExperiment {
  name: string;
  versionId: string;
  config: unknown;
  axes: unknown;
  search: unknown;
  seeds: readonly number[];
  /** null: the splits are the version's */
  folds: ExperimentFolds | null;
}

/** As the experiment's column has it. */
export interface ExperimentFolds {
  count: number;
  seed: number;
}

export async function insertExperiment(tx: Tx, experiment: NewExperiment): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into experiments (name, version_id, config, axes, search, seeds, folds)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      experiment.name,
      experiment.versionId,
      JSON.stringify(experiment.config),
      JSON.stringify(experiment.axes),
      experiment.search && JSON.stringify(experiment.search),
      experiment.seeds,
      experiment.folds && JSON.stringify(experiment.folds),
    ],
  );
  return row!.id;
}

/** The values of its axis of encoders, `from` that place on. */
export async function insertExperimentSets(
  tx: Tx,
  id: string,
  setIds: readonly string[],
  from = 0,
): Promise<void> {
  await tx.query(
    `insert into experiment_sets (experiment_id, place, set_id)
     select $1, $3 + at - 1, set_id from unnest($2::uuid[]) with ordinality as s(set_id, at)`,
    [id, setIds, from],
  );
}

export async function setExperimentAxes(
  tx: Tx,
  id: string,
  { axes, search, seeds }: Pick<NewExperiment, 'axes' | 'search' | 'seeds'>,
): Promise<void> {
  await tx.query('update experiments set axes = $2, search = $3, seeds = $4 where id = $1', [
    id,
    JSON.stringify(axes),
    search && JSON.stringify(search),
    seeds,
  ]);
}

/** A value of the axis of encoders. */
export interface SetOfExperiment {
  setId: string;
  encoderId: string;
  revision: string;
  precision: Precision;
  tokens: TokensOfSpace;
}

export interface ExperimentState {
  id: string;
  status: JobStatus;
  versionId: string;
  /** in the order of their places */
  sets: SetOfExperiment[];
  config: unknown;
  axes: unknown;
  search: unknown;
  seeds: number[];
  folds: ExperimentFolds | null;
  /** whether all embeddings are there */
  setsComplete: boolean;
}

export async function experimentState(sql: Sql, id: string): Promise<ExperimentState | undefined> {
  const [row] = await sql.query<ExperimentState & { [column: string]: unknown }>(
    `select e.id, e.status, e.version_id as "versionId", e.config, e.axes, e.search, e.seeds, e.folds,
       s.sets, s."setsComplete"
     from experiments e cross join lateral (
       select bool_and(s.artifact_sha256 is not null) as "setsComplete",
         json_agg(json_build_object('setId', s.id, 'encoderId', p.encoder_id, 'revision', p.revision,
           'precision', p.precision, 'tokens', p.tokens) order by x.place) as sets
       from experiment_sets x join embedding_sets s on s.id = x.set_id
         join embedding_spaces p on p.id = s.space_id where x.experiment_id = e.id) s
     where e.id = $1`,
    [id],
  );
  return row;
}

/** Experiments that have not ended, by what they stand on. */
export async function openExperimentsOfSet(tx: Tx, setId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select e.id from experiment_sets x join experiments e on e.id = x.experiment_id
     where x.set_id = $1 and e.status in ('RUNNING', 'PAUSED') order by e.id`,
    [setId],
  );
  return rows.map((row) => row.id);
}

export async function openExperimentsOfRun(
  tx: Tx,
  runId: string,
): Promise<{ id: string; cell: number; seed: number; fold: number | null }[]> {
  return tx.query(
    `select e.id, w.cell, w.seed, case when e.folds is not null then w.fold end as fold from experiment_runs w join experiments e on e.id = w.experiment_id
     where w.run_id = $1 and e.status in ('RUNNING', 'PAUSED') order by e.id`,
    [runId],
  );
}

/** What an event changes in its experiment. */
export interface ExperimentChange {
  status?: JobStatus;
  /** the run whose end the event announces */
  runId?: string;
  message?: string;
  error?: { code: string; message: string };
}

/** Changes the experiment's state and writes the event that says so, as events.ts has it. The lock is the caller's. */
export async function appendExperimentEvent(
  tx: Tx,
  id: string,
  change: ExperimentChange,
): Promise<void> {
  await tx.query(
    `with counts as (
       select count(*) filter (where r.status in ('SUCCEEDED', 'FAILED', 'CANCELLED'))::float8
         / greatest(1, count(*)) as progress
       from experiment_runs w left join runs r on r.id = w.run_id where w.experiment_id = $1
     ), experiment as (
       update experiments set
         event_seq = event_seq + 1,
         status = coalesce($2::"JobStatus", status),
         finished_at = case when $2::"JobStatus" in ('SUCCEEDED', 'FAILED', 'CANCELLED') then clock_timestamp()
                            when $2::"JobStatus" is not null then null else finished_at end,
         error_code = case when $2::"JobStatus" is null then error_code else $5 end,
         error_message = case when $2::"JobStatus" is null then error_message else $6 end
       where id = $1::uuid
       returning id, event_seq, status
     ), event as (
       insert into experiment_events (experiment_id, seq, status, progress, run_id, message, at)
       select id, event_seq, status, progress, $3::uuid, $4::text, clock_timestamp()
       from experiment, counts
       returning seq
     )
     select pg_notify('${EVENTS_CHANNEL}', '${experimentTopic('')}' || $1::text) from event`,
    [
      id,
      change.status,
      change.runId,
      storableText(change.message),
      change.error?.code ?? null,
      storableText(change.error?.message) ?? null,
    ],
  );
}

/** @returns the name of an experiment that wants the run */
export async function experimentOfRun(sql: Sql, runId: string): Promise<string | undefined> {
  const [row] = await sql.query<{ name: string }>(
    `select e.name from experiment_runs w join experiments e on e.id = w.experiment_id
     where w.run_id = $1 limit 1`,
    [runId],
  );
  return row?.name;
}

/** Its runs stay. */
export async function deleteExperimentRow(tx: Tx, id: string): Promise<void> {
  await tx.query('delete from experiments where id = $1', [id]);
}
