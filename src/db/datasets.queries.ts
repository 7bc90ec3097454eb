import { behind, cursorKey, type Keyed, type OrderColumn, orderBy, type Slice } from './keyset.js';
import type { Sql, Tx } from './sql.js';

export interface DatasetRow {
  id: string;
  name: string;
  description: string | null;
  createdAt: Date;
  latestVersionId: string | null;
}

export interface DatasetVersionRow {
  id: string;
  datasetId: string;
  number: number;
  digest: string;
  note: string | null;
  createdAt: Date;
  labels: { index: number; key: string; name: string }[];
  /** [train, validation, test] by label index */
  splitCounts: number[][];
  sampleCount: number;
  labelledCount: number;
  importJobId: string | null;
}

export interface ImportReportRow {
  jobId: string;
  read: number;
  imported: number;
  rejectedCount: number;
}

export interface RejectedRowRow {
  jobId: string;
  line: number;
  key: string | null;
  reason: string;
}

const DATASET = `d.id, d.name, d.description, d.created_at as "createdAt",
  d.latest_version_id as "latestVersionId"`;

/** Those with a version, and those whose first import is under way; a failed first import leaves nothing to list. */
const LISTED = `(d.latest_version_id is not null or exists (
  select 1 from jobs j where j.dataset_id = d.id and j.status in ('QUEUED', 'RUNNING', 'PAUSED')))`;

export const DATASET_ORDER: readonly OrderColumn[] = [
  { sql: 'd.created_at', kind: 'time', direction: 'DESC' },
  { sql: 'd.id', kind: 'uuid', direction: 'DESC' },
];

export function datasetPage(sql: Sql, slice: Slice): Promise<Keyed<DatasetRow>[]> {
  const values: unknown[] = [slice.first];
  return sql.query<Keyed<DatasetRow>>(
    `select ${DATASET}, ${cursorKey(DATASET_ORDER)} from datasets d
     where ${LISTED} and ${behind(DATASET_ORDER, slice.after, values)}
     order by ${orderBy(DATASET_ORDER)} limit $1`,
    values,
  );
}

export async function countDatasets(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from datasets d where ${LISTED}`,
  );
  return row!.count;
}

export function datasetsByIds(sql: Sql, ids: readonly string[]): Promise<DatasetRow[]> {
  return sql.query<DatasetRow>(`select ${DATASET} from datasets d where d.id = any($1::uuid[])`, [
    ids,
  ]);
}

/** A dataset without a version has no name to be found by. */
export async function datasetByName(sql: Sql, name: string): Promise<DatasetRow | null> {
  const [row] = await sql.query<DatasetRow>(
    `select ${DATASET} from datasets d where d.name = $1 and d.latest_version_id is not null`,
    [name],
  );
  return row ?? null;
}

const VERSION = `v.id, v.dataset_id as "datasetId", v.number, encode(v.digest, 'hex') as digest, v.note,
  v.created_at as "createdAt", v.labels, v.label_stats as "splitCounts",
  v.sample_count as "sampleCount", v.labelled_count as "labelledCount",
  v.import_job_id as "importJobId"`;

interface RawVersion extends Omit<DatasetVersionRow, 'labels'> {
  labels: { key: string; name: string }[];
}

function withIndices<Row extends RawVersion>(
  row: Row,
): Omit<Row, 'labels'> & Pick<DatasetVersionRow, 'labels'> {
  const labels = row.labels.map((label, index) => ({ index, key: label.key, name: label.name }));
  return Object.assign(row, { labels });
}

export async function datasetVersionsByIds(
  sql: Sql,
  ids: readonly string[],
): Promise<DatasetVersionRow[]> {
  const rows = await sql.query<RawVersion>(
    `select ${VERSION} from dataset_versions v where v.id = any($1::uuid[])`,
    [ids],
  );
  return rows.map(withIndices);
}

/** One page per dataset, newest first, in one statement. `after` is a version number. */
export async function datasetVersionPages(
  sql: Sql,
  datasetIds: readonly string[],
  slice: { first: number; after: number | null },
): Promise<DatasetVersionRow[]> {
  const rows = await sql.query<RawVersion>(
    `select v.* from unnest($1::uuid[]) as of(id) cross join lateral (
       select ${VERSION} from dataset_versions v
       where v.dataset_id = of.id and ($3::int is null or v.number < $3)
       order by v.number desc limit $2) v
     order by v."datasetId", v.number desc`,
    [datasetIds, slice.first, slice.after],
  );
  return rows.map(withIndices);
}

export function countDatasetVersions(
  sql: Sql,
  datasetIds: readonly string[],
): Promise<{ id: string; count: number }[]> {
  return sql.query(
    `select dataset_id as id, count(*)::int as count from dataset_versions
     where dataset_id = any($1::uuid[]) group by dataset_id`,
    [datasetIds],
  );
}

export function importReportsByJobs(
  sql: Sql,
  jobIds: readonly string[],
): Promise<ImportReportRow[]> {
  return sql.query<ImportReportRow>(
    `select job_id as "jobId", read, imported, rejected_count as "rejectedCount"
     from import_reports where job_id = any($1::uuid[])`,
    [jobIds],
  );
}

/** One page per import, in the order of the lines. `after` is a line. */
export function rejectedRowPages(
  sql: Sql,
  jobIds: readonly string[],
  slice: { first: number; after: number | null },
): Promise<RejectedRowRow[]> {
  return sql.query<RejectedRowRow>(
    `select r.job_id as "jobId", r.line, r.key, r.reason
     from unnest($1::uuid[]) as of(id) cross join lateral (
       select * from rejected_rows r where r.job_id = of.id and ($3::int is null or r.line > $3)
       order by r.line limit $2) r
     order by r.job_id, r.line`,
    [jobIds, slice.first, slice.after],
  );
}

/** Keeps the version from being deleted until the transaction ends. @returns false where there is none */
export async function holdDatasetVersion(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.query('select id from dataset_versions where id = $1 for key share', [id]);
  return rows.length === 1;
}

/** @param number null: the latest */
export interface DatasetVersionSize {
  id: string;
  number: number;
  sampleCount: number;
  numLabels: number;
}

export async function versionSize(sql: Sql, id: string): Promise<DatasetVersionSize | undefined> {
  const [row] = await sql.query<DatasetVersionSize & { [column: string]: unknown }>(
    `select id, number, sample_count as "sampleCount", jsonb_array_length(labels) as "numLabels"
     from dataset_versions where id = $1`,
    [id],
  );
  return row;
}

export async function findDatasetVersion(
  sql: Sql,
  datasetId: string,
  number: number | null,
): Promise<DatasetVersionSize | undefined> {
  const [row] = await sql.query<DatasetVersionSize>(
    `select v.id, v.number, v.sample_count as "sampleCount", jsonb_array_length(v.labels) as "numLabels"
     from dataset_versions v join datasets d on d.id = v.dataset_id
     where d.id = $1 and case when $2::int is null then v.id = d.latest_version_id else v.number = $2 end`,
    [datasetId, number],
  );
  return row;
}

/** By label index. @returns no names where there is no such version */
export async function labelNames(sql: Sql, versionId: string): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `select l.label ->> 'name' as name
     from dataset_versions v, jsonb_array_elements(v.labels) with ordinality as l(label, place)
     where v.id = $1 order by l.place`,
    [versionId],
  );
  return rows.map(({ name }) => name);
}
