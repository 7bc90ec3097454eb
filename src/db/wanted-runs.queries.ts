import type { JobStatus } from './enums.js';
import type { Sql, Tx } from './sql.js';

/** A run that an experiment wants. */
export interface WantedRun {
  position: number;
  cell: number;
  rung: number;
  /** the cell of the rung below */
  promotedFrom: number | null;
  seed: number;
  /** the index of its fold, where the experiment has folds; otherwise 0 */
  fold: number;
  /** the place of its encoder on the experiment's axis */
  encoder: number;
  config: unknown;
  /** hexadecimal */
  manifest: string;
}

export async function insertWantedRuns(
  tx: Tx,
  experimentId: string,
  runs: readonly WantedRun[],
): Promise<void> {
  await tx.query(
    `insert into experiment_runs (experiment_id, position, cell, rung, promoted_from, seed, fold, encoder, config, manifest)
     select $1, position, cell, rung, "promotedFrom", seed, fold, encoder, config, decode(manifest, 'hex')
     from json_to_recordset($2) as r(position int, cell int, rung int, "promotedFrom" int, seed int, fold int, encoder int,
       config jsonb, manifest text)`,
    [experimentId, JSON.stringify(runs)],
  );
}

/**
 * Takes a cancelled run from the open experiments that only shared it: whoever cancelled it meant his own.
 * @returns the experiments
 */
export async function detachCancelledRun(tx: Tx, runId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `update experiment_runs w set run_id = null, reused = false from runs r, experiments e
     where w.run_id = $1 and w.reused and r.id = w.run_id and r.status = 'CANCELLED'
       and e.id = w.experiment_id and e.status in ('RUNNING', 'PAUSED')
     returning w.experiment_id as id`,
    [runId],
  );
  return rows.map((row) => row.id);
}

/**
 * Gives wanted runs that have none those that are there with the same manifest: one that has succeeded, or else one that
 * is being trained. @returns how many
 */
export async function attachKnownRuns(tx: Tx, experimentId: string): Promise<number> {
  // The share lock passes over runs that are being deleted.
  const found = await tx.query<{ position: number; runId: string }>(
    `select w.position, r.id as "runId" from experiment_runs w join runs r on r.manifest = w.manifest
     where w.experiment_id = $1 and w.run_id is null
       and (r.status = 'SUCCEEDED' or (r.status in ('QUEUED', 'RUNNING') and r.job_id is not null))
     order by r.status = 'SUCCEEDED', r.created_at desc, r.id
     for key share of r`,
    [experimentId],
  );
  const best = new Map(found.map(({ position, runId }) => [position, runId]));
  await tx.query(
    `update experiment_runs w set run_id = f.run_id, reused = true
     from unnest($2::int[], $3::uuid[]) as f(position, run_id)
     where w.experiment_id = $1 and w.position = f.position`,
    [experimentId, [...best.keys()], [...best.values()]],
  );
  return best.size;
}

export async function setRunOfWanted(
  tx: Tx,
  experimentId: string,
  position: number,
  runId: string,
): Promise<void> {
  await tx.query(
    `update experiment_runs set run_id = $3, reused = false
     where experiment_id = $1 and position = $2`,
    [experimentId, position, runId],
  );
}

const WANTED = 'position, cell, rung, promoted_from as "promotedFrom", seed, fold, encoder, config';

/** Wanted runs whose turn has not come, the next ones first: what was promoted goes before what is new. */
export async function nextWantedRuns(
  tx: Tx,
  experimentId: string,
  limit: number,
): Promise<Omit<WantedRun, 'manifest'>[]> {
  return tx.query(
    `select ${WANTED} from experiment_runs
     where experiment_id = $1 and run_id is null order by rung desc, position limit $2`,
    [experimentId, limit],
  );
}

/** All wanted runs, by position. */
export async function wantedRuns(
  sql: Sql,
  experimentId: string,
): Promise<Omit<WantedRun, 'manifest'>[]> {
  return sql.query(
    `select ${WANTED} from experiment_runs where experiment_id = $1 order by position`,
    [experimentId],
  );
}

/** Takes their runs from those wanted runs that have not succeeded, so that they are run again. @returns how many */
export async function detachRuns(
  tx: Tx,
  experimentId: string,
  of: { statuses: readonly JobStatus[]; cell: number | null },
): Promise<number> {
  const rows = await tx.query(
    `update experiment_runs w set run_id = null, reused = false from runs r
     where w.experiment_id = $1 and r.id = w.run_id and r.status::text = any($2)
       and ($3::int is null or w.cell = $3) returning w.position`,
    [experimentId, of.statuses, of.cell],
  );
  return rows.length;
}

/** How an experiment's wanted runs stand. */
export interface RunTally {
  total: number;
  /** without a run yet */
  pending: number;
  /** queued or under way */
  open: number;
  succeeded: number;
}

export async function tallyRuns(tx: Tx, experimentId: string): Promise<RunTally> {
  const [row] = await tx.query<RunTally & { [column: string]: unknown }>(
    `select count(*)::int as total,
       count(*) filter (where w.run_id is null)::int as pending,
       count(*) filter (where r.status in ('QUEUED', 'RUNNING', 'PAUSED'))::int as open,
       count(*) filter (where r.status = 'SUCCEEDED')::int as succeeded
     from experiment_runs w left join runs r on r.id = w.run_id where w.experiment_id = $1`,
    [experimentId],
  );
  return row!;
}

/**
 * Unfinished runs that were made for the experiment, or for another one that shared them with it, and that no experiment
 * that goes on wants.
 */
export async function runsToCancel(sql: Sql, experimentId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select r.id from experiment_runs w join runs r on r.id = w.run_id
     where w.experiment_id = $1 and r.status in ('QUEUED', 'RUNNING', 'PAUSED')
       and exists (select from experiment_runs o where o.run_id = r.id and not o.reused)
       and not exists (
         select from experiment_runs o join experiments e on e.id = o.experiment_id
         where o.run_id = r.id and e.status in ('RUNNING', 'PAUSED'))
     order by w.position`,
    [experimentId],
  );
  return rows.map((row) => row.id);
}

/** Those of the manifests, hexadecimal, that some run has succeeded with. */
export async function doneManifests(sql: Sql, manifests: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ manifest: string }>(
    `select distinct encode(manifest, 'hex') as manifest from runs
     where status = 'SUCCEEDED' and manifest in (select decode(m, 'hex') from unnest($1::text[]) m)`,
    [manifests],
  );
  return new Set(rows.map((row) => row.manifest));
}
