import type { JobStatus, Precision } from './enums.js';
import type { Sql } from './sql.js';

export interface EmbeddingSetRow {
  id: string;
  versionId: string;
  encoderId: string;
  dimension: number;
  revision: string;
  precision: Precision;
  hasTokens: boolean;
  jobId: string | null;
  status: JobStatus;
  progress: number;
  imageCount: number;
  textCount: number;
  computedCount: number;
  reusedCount: number;
  warning: string | null;
}

/** A set is done when its file is there, whatever became of the job that made it. */
const SET = `select e.id, e.version_id as "versionId", p.encoder_id as "encoderId", p.dimension, p.revision,
    p.precision, p.tokens <> '{}' as "hasTokens", e.job_id as "jobId",
    case when e.artifact_sha256 is not null then 'SUCCEEDED' else coalesce(j.status, 'QUEUED')::text end as status,
    case when e.artifact_sha256 is not null then 1 else coalesce(j.progress, 0) end::float8 as progress,
    e.image_count as "imageCount", e.text_count as "textCount",
    e.computed_count as "computedCount", e.reused_count as "reusedCount", e.warning
  from embedding_sets e
  join embedding_spaces p on p.id = e.space_id
  left join jobs j on j.id = e.job_id`;

export function embeddingSetsByIds(sql: Sql, ids: readonly string[]): Promise<EmbeddingSetRow[]> {
  return sql.query<EmbeddingSetRow>(`${SET} where e.id = any($1::uuid[])`, [ids]);
}

export function embeddingSetsByVersions(
  sql: Sql,
  versionIds: readonly string[],
): Promise<EmbeddingSetRow[]> {
  return sql.query<EmbeddingSetRow>(
    `${SET} where e.version_id = any($1::uuid[]) order by e.created_at, e.id`,
    [versionIds],
  );
}
