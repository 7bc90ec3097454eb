import type { Ordinary } from './database.js';
import type { TokensOfSpace } from './embeddings.queries.js';
import type { JobStatus } from './enums.js';
import type { Sql, Tx } from './sql.js';

/** What a run is made of when it is created; everything else starts at its default. */
export interface NewRun {
  name: string;
  versionId: string;
  setId: string;
  encoderId: string;
  config: unknown;
  seed: number;
  /** hexadecimal */
  manifest: string;
  /** null: the splits are the version's */
  fold: RunFold | null;
  tags: readonly string[];
}

/** As the run's column has it. */
export interface RunFold {
  count: number;
  index: number;
  seed: number;
}

export async function insertRun(tx: Tx, run: NewRun): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into runs (name, version_id, set_id, encoder_id, config, seed, manifest, thresholds, tags, fold)
     values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), '{}', $8, $9) returning id`,
    [
      run.name,
      run.versionId,
      run.setId,
      run.encoderId,
      JSON.stringify(run.config),
      run.seed,
      run.manifest,
      run.tags,
      run.fold && JSON.stringify(run.fold),
    ],
  );
  return row!.id;
}

/** What people call a run. Left out is unchanged. */
export interface RunChanges {
  name?: string;
  tags?: string[];
  notes?: string | null;
}

/** @returns false where there is no such run */
export async function changeRun(
  { prisma }: Ordinary,
  id: string,
  changes: RunChanges,
): Promise<boolean> {
  const { count } = await prisma.run.updateMany({ where: { id }, data: changes });
  return count === 1;
}

/** @returns how many runs there are with these ids */
export async function setRunsArchived(
  tx: Tx,
  ids: readonly string[],
  archived: boolean,
): Promise<number> {
  const rows = await tx.query(
    `update runs set archived_at = case when $2 then coalesce(archived_at, now()) end
     where id = any($1::uuid[]) returning id`,
    [ids, archived],
  );
  return rows.length;
}

export async function setRunJob(tx: Tx, runId: string, jobId: string): Promise<void> {
  await tx.query('update runs set job_id = $2 where id = $1', [runId, jobId]);
}

/** Runs that wait for an embedding set, locked: whoever holds them decides what becomes of them. */
export async function lockWaitingRuns(tx: Tx, setId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from runs where set_id = $1 and status = 'QUEUED' and job_id is null
     order by created_at, id for update`,
    [setId],
  );
  return rows.map((row) => row.id);
}

/** @returns the run's state, its row locked, or undefined where there is no such run */
export async function lockRun(
  tx: Tx,
  runId: string,
): Promise<{ status: JobStatus; jobId: string | null } | undefined> {
  const [row] = await tx.query<{ status: JobStatus; jobId: string | null }>(
    'select status, job_id as "jobId" from runs where id = $1 for update',
    [runId],
  );
  return row;
}

/** Writes what the end of an unfinished run leaves behind; its status goes with the event.
 *  @returns false where the run had ended before */
export async function endRun(
  tx: Tx,
  runId: string,
  error?: { code: string; message: string },
): Promise<boolean> {
  const rows = await tx.query(
    `update runs set error_code = $2, error_message = $3, eta_seconds = null, finished_at = now()
     where id = $1 and status in ('QUEUED', 'RUNNING', 'PAUSED') returning id`,
    [runId, error?.code ?? null, error?.message ?? null],
  );
  return rows.length === 1;
}

/** Those among `ids` that are runs and have not come to a good or a wanted end. */
export async function runsWithCheckpoints(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from runs where id = any($1::uuid[]) and status not in ('SUCCEEDED', 'CANCELLED')`,
    [ids],
  );
  return rows.map((row) => row.id);
}

export interface RunToTrain {
  id: string;
  status: JobStatus;
  versionId: string;
  setId: string;
  config: unknown;
  seed: number;
  fold: RunFold | null;
  numLabels: number;
  artifactSha256: Buffer | null;
  tokensSha256: Buffer | null;
  tokens: TokensOfSpace;
  /** what the set's embedding warned of */
  embeddingWarning: string | null;
  dimension: number;
}

export async function runToTrain(sql: Sql, runId: string): Promise<RunToTrain | undefined> {
  const [row] = await sql.query<RunToTrain>(
    `select r.id, r.status, r.version_id as "versionId", r.set_id as "setId", r.config, r.seed, r.fold,
       jsonb_array_length(v.labels) as "numLabels", s.artifact_sha256 as "artifactSha256", s.warning as "embeddingWarning",
       s.tokens_sha256 as "tokensSha256", sp.tokens, sp.dimension
     from runs r
     join dataset_versions v on v.id = r.version_id
     join embedding_sets s on s.id = r.set_id
     join embedding_spaces sp on sp.id = s.space_id
     where r.id = $1`,
    [runId],
  );
  return row;
}

export async function markRunStarted(tx: Tx, runId: string): Promise<void> {
  await tx.query('update runs set started_at = coalesce(started_at, now()) where id = $1', [runId]);
}

export async function setRunEta(
  tx: Tx,
  runId: string,
  etaSeconds: number | undefined,
): Promise<void> {
  await tx.query('update runs set eta_seconds = $2 where id = $1', [runId, etaSeconds ?? null]);
}

export interface EpochRow {
  epoch: number;
  trainLoss: number;
  validationLoss: number | null;
  validation: unknown;
  learningRate: number;
  seconds: number;
}

/** @returns false where that epoch was published by an earlier attempt */
export async function insertEpoch(tx: Tx, runId: string, row: EpochRow): Promise<boolean> {
  const rows = await tx.query(
    `insert into run_epochs (run_id, epoch, train_loss, validation_loss, validation, learning_rate, seconds)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning epoch`,
    [
      runId,
      row.epoch,
      row.trainLoss,
      row.validationLoss,
      row.validation === null ? null : JSON.stringify(row.validation),
      row.learningRate,
      row.seconds,
    ],
  );
  return rows.length === 1;
}

export interface RunResult {
  best: {
    microF1: number | null;
    macroF1: number | null;
    samplesF1: number | null;
    meanAveragePrecision: number | null;
  } | null;
  /** EvalMetrics, as `best` and `final` */
  bestPaired: unknown;
  final: unknown;
  bestEpoch: number;
  labelMetrics: unknown;
  thresholds: readonly number[];
  headSha256: string;
  scoresSha256: string;
}

export async function finishRun(tx: Tx, runId: string, result: RunResult): Promise<void> {
  await tx.query(
    `update runs set eta_seconds = null, finished_at = now(),
       best = $2, final = $3, best_epoch = $4, label_metrics = $5, thresholds = $6,
       head_sha256 = decode($7, 'hex'), scores_sha256 = decode($8, 'hex'),
       micro_f1 = $9, macro_f1 = $10, samples_f1 = $11, mean_ap = $12, best_paired = $13
     where id = $1`,
    [
      runId,
      result.best === null ? null : JSON.stringify(result.best),
      result.final === null ? null : JSON.stringify(result.final),
      result.bestEpoch,
      JSON.stringify(result.labelMetrics),
      result.thresholds,
      result.headSha256,
      result.scoresSha256,
      result.best?.microF1 ?? null,
      result.best?.macroF1 ?? null,
      result.best?.samplesF1 ?? null,
      result.best?.meanAveragePrecision ?? null,
      result.bestPaired === null ? null : JSON.stringify(result.bestPaired),
    ],
  );
}

/** @returns its files, which other runs may share */
export async function deleteRunRow(tx: Tx, runId: string): Promise<string[]> {
  const [row] = await tx.query<{ files: string[] }>(
    `delete from runs where id = $1
     returning array_remove(array[encode(head_sha256, 'hex'), encode(scores_sha256, 'hex')], null) as files`,
    [runId],
  );
  return row!.files;
}
