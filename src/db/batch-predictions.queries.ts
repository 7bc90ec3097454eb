import type { JobStatus, Split } from './enums.js';
import { behind, cursorKey, type Keyed, type OrderColumn, orderBy, type Slice } from './keyset.js';
import type { Sql, Tx } from './sql.js';

export interface BatchPredictionRow {
  id: string;
  model: string;
  thresholdSet: string | null;
  /** ModelManifest */
  manifest: unknown;
  /** OperatingPoint */
  point: unknown;
  versionId: string;
  setId: string;
  splits: Split[];
  status: JobStatus;
  jobId: string | null;
  sampleCount: number | null;
  /** hexadecimal, as the next */
  headSha256: string;
  scoresSha256: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

const BATCH = `b.id, b.model, b.threshold_set as "thresholdSet", b.manifest, b.point, b.version_id as "versionId",
  b.set_id as "setId", b.splits::text[] as splits, b.status, b.job_id as "jobId", b.sample_count as "sampleCount",
  encode(b.head_sha256, 'hex') as "headSha256", encode(b.scores_sha256, 'hex') as "scoresSha256",
  b.error_code as "errorCode", b.error_message as "errorMessage", b.created_at as "createdAt", b.finished_at as "finishedAt"`;

export const BATCH_ORDER: readonly OrderColumn[] = [
  { sql: 'b.created_at', kind: 'time', direction: 'DESC' },
  { sql: 'b.id', kind: 'uuid', direction: 'DESC' },
];

export function batchPredictionPage(sql: Sql, slice: Slice): Promise<Keyed<BatchPredictionRow>[]> {
  const values: unknown[] = [slice.first];
  return sql.query<Keyed<BatchPredictionRow>>(
    `select ${BATCH}, ${cursorKey(BATCH_ORDER)} from batch_predictions b
     where ${behind(BATCH_ORDER, slice.after, values)} order by ${orderBy(BATCH_ORDER)} limit $1`,
    values,
  );
}

export async function countBatchPredictions(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    'select count(*)::int as count from batch_predictions',
  );
  return row!.count;
}

export async function batchPredictionById(
  sql: Sql,
  id: string,
): Promise<BatchPredictionRow | undefined> {
  const [row] = await sql.query<BatchPredictionRow & { [column: string]: unknown }>(
    `select ${BATCH} from batch_predictions b where b.id = $1`,
    [id],
  );
  return row;
}

export async function lockBatchPrediction(
  tx: Tx,
  id: string,
): Promise<BatchPredictionRow | undefined> {
  const [row] = await tx.query<BatchPredictionRow & { [column: string]: unknown }>(
    `select ${BATCH} from batch_predictions b where b.id = $1 for update`,
    [id],
  );
  return row;
}

/** The latest that is done or on its way and was made from the same. */
export async function sameBatchPrediction(
  tx: Tx,
  fingerprint: Buffer,
): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    `select id from batch_predictions where fingerprint = $1 and status in ('QUEUED', 'RUNNING', 'SUCCEEDED')
     order by created_at desc limit 1`,
    [fingerprint],
  );
  return row?.id;
}

export interface NewBatchPrediction {
  model: string;
  thresholdSet: string | null;
  fingerprint: Buffer;
  manifest: unknown;
  point: unknown;
  versionId: string;
  setId: string;
  splits: readonly Split[];
  /** hexadecimal */
  headSha256: string;
}

export async function insertBatchPrediction(tx: Tx, batch: NewBatchPrediction): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into batch_predictions (model, threshold_set, fingerprint, manifest, point, version_id, set_id, splits, head_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8::text[]::"Split"[], decode($9, 'hex')) returning id`,
    [
      batch.model,
      batch.thresholdSet,
      batch.fingerprint,
      JSON.stringify(batch.manifest),
      JSON.stringify(batch.point),
      batch.versionId,
      batch.setId,
      batch.splits,
      batch.headSha256,
    ],
  );
  return row!.id;
}

export async function setBatchJob(tx: Tx, id: string, jobId: string): Promise<void> {
  await tx.query('update batch_predictions set job_id = $2 where id = $1', [id, jobId]);
}

/** Those that wait for an embedding set, locked: whoever holds them decides what becomes of them. */
export async function lockWaitingBatches(tx: Tx, setId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from batch_predictions where set_id = $1 and status = 'QUEUED' and job_id is null
     order by created_at, id for update`,
    [setId],
  );
  return rows.map(({ id }) => id);
}

export async function markBatchStarted(tx: Tx, id: string): Promise<void> {
  await tx.query(`update batch_predictions set status = 'RUNNING' where id = $1`, [id]);
}

export async function finishBatch(
  tx: Tx,
  id: string,
  result: { scoresSha256: string; sampleCount: number },
): Promise<void> {
  await tx.query(
    `update batch_predictions set status = 'SUCCEEDED', finished_at = now(), scores_sha256 = decode($2, 'hex'),
       sample_count = $3 where id = $1`,
    [id, result.scoresSha256, result.sampleCount],
  );
}

/** Without an error it was cancelled. One that has ended stays as it is. */
export async function endBatch(
  tx: Tx,
  id: string,
  error?: { code: string; message: string },
): Promise<void> {
  await tx.query(
    `update batch_predictions set status = case when $2::text is null or $2 = 'CANCELLED' then 'CANCELLED' else 'FAILED' end::"JobStatus",
       error_code = $2, error_message = $3, finished_at = now()
     where id = $1 and status in ('QUEUED', 'RUNNING')`,
    [id, error?.code ?? null, error?.message ?? null],
  );
}

/** @returns the files that it named */
export async function deleteBatchRow(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.query<{ head: string; scores: string | null }>(
    `delete from batch_predictions where id = $1
     returning encode(head_sha256, 'hex') as head, encode(scores_sha256, 'hex') as scores`,
    [id],
  );
  return rows.flatMap(({ head, scores }) => (scores === null ? [head] : [head, scores]));
}

/** What a model may need of a sample, and whose splits are asked for. */
export interface PredictableSample {
  position: number;
  hasImage: boolean;
  hasText: boolean;
}

/** In order, behind a position. */
export function predictableSamples(
  sql: Sql,
  of: { versionId: string; splits: readonly Split[]; after: number; count: number },
): Promise<PredictableSample[]> {
  return sql.query<PredictableSample & { [column: string]: unknown }>(
    `select position, image_sha256 is not null as "hasImage", coalesce(caption, '') <> '' as "hasText"
     from samples where version_id = $1 and split = any($2::text[]::"Split"[]) and position > $3
     order by position limit $4`,
    [of.versionId, of.splits, of.after, of.count],
  );
}
