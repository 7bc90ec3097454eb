import type { JobStatus } from './enums.js';
import { behind, cursorKey, type Keyed, type OrderColumn, orderBy, type Slice } from './keyset.js';
import type { Sql } from './sql.js';

export interface JobRow {
  id: string;
  task: string;
  status: JobStatus;
  progress: number;
  etaSeconds: number | null;
  attempt: number;
  error: { code: string; message: string } | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  unchanged: boolean | null;
  /** An import's; the dataset may be gone. */
  datasetId: string | null;
  /** Of an import that has succeeded. */
  datasetVersionId: string | null;
  /** A download's or an addition's. */
  encoderId: string | null;
  /** Of an addition: what is wrong with the files that it left out. */
  leftOut: string[];
}

export interface JobFilterValues {
  task?: string | null | undefined;
  status?: readonly string[] | null | undefined;
  /** whose imports */
  datasetId?: string | null | undefined;
}

const JOB = `j.id, j.task, j.status, j.progress, j.eta_seconds as "etaSeconds", j.attempt,
  case when j.error_code is null then null
    else json_build_object('code', j.error_code, 'message', coalesce(j.error_message, '')) end as error,
  j.created_at as "createdAt", j.started_at as "startedAt", j.finished_at as "finishedAt",
  j.unchanged, j.dataset_id as "datasetId", j.dataset_version_id as "datasetVersionId", j.payload->>'encoderId' as "encoderId",
  coalesce(j.payload->'leftOut', '[]') as "leftOut"`;

export const JOB_ORDER: readonly OrderColumn[] = [
  { sql: 'j.created_at', kind: 'time', direction: 'DESC' },
  { sql: 'j.id', kind: 'uuid', direction: 'DESC' },
];

function matching(filter: JobFilterValues, values: unknown[]): string {
  const conditions = ['true'];
  if (filter.task !== null && filter.task !== undefined) {
    conditions.push(`j.task = $${values.push(filter.task)}::text`);
  }
  if (filter.status) {
    conditions.push(`j.status = any($${values.push(filter.status)}::text[]::"JobStatus"[])`);
  }
  if (filter.datasetId) {
    conditions.push(`j.dataset_id = $${values.push(filter.datasetId)}::uuid`);
  }
  return conditions.join(' and ');
}

export function jobPage(sql: Sql, slice: Slice, filter: JobFilterValues): Promise<Keyed<JobRow>[]> {
  const values: unknown[] = [slice.first];
  return sql.query<Keyed<JobRow>>(
    `select ${JOB}, ${cursorKey(JOB_ORDER)} from jobs j
     where ${matching(filter, values)} and ${behind(JOB_ORDER, slice.after, values)}
     order by ${orderBy(JOB_ORDER)} limit $1`,
    values,
  );
}

export async function countJobs(sql: Sql, filter: JobFilterValues): Promise<number> {
  const values: unknown[] = [];
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from jobs j where ${matching(filter, values)}`,
    values,
  );
  return row!.count;
}

export function jobsByIds(sql: Sql, ids: readonly string[]): Promise<JobRow[]> {
  return sql.query<JobRow>(`select ${JOB} from jobs j where j.id = any($1::uuid[])`, [ids]);
}

export async function countJobsByStatus(sql: Sql): Promise<{ status: JobStatus; count: number }[]> {
  return sql.query('select status::text as status, count(*)::int as count from jobs group by 1');
}

export async function countOpenJobs(sql: Sql): Promise<{ queued: number; running: number }> {
  const [row] = await sql.query<{ queued: number; running: number }>(
    `select count(*) filter (where status = 'QUEUED')::int as queued,
       count(*) filter (where status = 'RUNNING')::int as running
     from jobs where status in ('QUEUED', 'RUNNING')`,
  );
  return row!;
}

/** Its state now and the number of its latest event. */
export async function jobHead(
  sql: Sql,
  id: string,
): Promise<{ status: JobStatus; seq: number } | null> {
  const [row] = await sql.query<{ status: JobStatus; seq: number }>(
    'select status, event_seq as seq from jobs where id = $1',
    [id],
  );
  return row ?? null;
}
