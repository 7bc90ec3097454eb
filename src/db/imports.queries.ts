import type { Split } from './enums.js';
import type { Sql, Tx } from './sql.js';

export interface ImageRow {
  sha256: string;
  bytes: number;
  format: string;
  width: number;
  height: number;
}

export interface StagedRow {
  key: string;
  line: number;
  caption: string | null;
  /** label keys, each once; empty where `labelled` is false */
  labels: readonly string[];
  unknownLabels: readonly string[];
  labelled: boolean;
  split: Split | null;
  imageSha256: string | null;
}

export interface RejectedRow {
  line: number;
  key: string | null;
  reason: string;
}

/** What a first attempt left behind goes; the report starts again. */
export async function clearStaging(tx: Tx, jobId: string): Promise<void> {
  await tx.query('delete from import_rows where job_id = $1', [jobId]);
  await tx.query('delete from rejected_rows where job_id = $1', [jobId]);
  await tx.query(
    `insert into import_reports (job_id, read, imported, rejected_count) values ($1, 0, 0, 0)
     on conflict (job_id) do update set read = 0, imported = 0, rejected_count = 0`,
    [jobId],
  );
}

export async function deleteStagedRows(tx: Tx, jobId: string): Promise<void> {
  await tx.query('delete from import_rows where job_id = $1', [jobId]);
}

/** @returns what is known of these images, by digest */
export async function findImages(sql: Sql, digests: readonly string[]): Promise<ImageRow[]> {
  return sql.query<ImageRow>(
    `select encode(sha256, 'hex') as sha256, bytes, format, width, height from images
     where sha256 = any(select decode(digest, 'hex') from unnest($1::text[]) as digest)`,
    [digests],
  );
}

export async function insertImages(tx: Tx, images: readonly ImageRow[]): Promise<void> {
  await tx.query(
    `insert into images (sha256, bytes, format, width, height)
     select decode(sha256, 'hex'), bytes, format, width, height
     from jsonb_to_recordset($1) as r(sha256 text, bytes int, format text, width int, height int)
     on conflict (sha256) do nothing`,
    [JSON.stringify(images)],
  );
}

/** Stages rows in their order; of those with one key the first wins. @returns the lines that were staged */
export async function insertStagedRows(
  tx: Tx,
  jobId: string,
  rows: readonly StagedRow[],
): Promise<Set<number>> {
  const inserted = await tx.query<{ line: number }>(
    `insert into import_rows (job_id, key, line, caption, labels, unknown_labels, labelled, split, image_sha256)
     select $1, key, line, caption, labels, "unknownLabels", labelled, split, decode("imageSha256", 'hex')
     from jsonb_to_recordset($2) as r(key text, line int, caption text, labels text[], "unknownLabels" text[], labelled boolean,
       split "Split", "imageSha256" text)
     on conflict (job_id, key) do nothing returning line`,
    [jobId, JSON.stringify(rows)],
  );
  return new Set(inserted.map((row) => row.line));
}

export async function stagedLines(
  sql: Sql,
  jobId: string,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const rows = await sql.query<{ key: string; line: number }>(
    'select key, line from import_rows where job_id = $1 and key = any($2)',
    [jobId, keys],
  );
  return new Map(rows.map((row) => [row.key, row.line]));
}

/** Adds rejected rows and counts of one batch to the report. */
export async function addToReport(
  tx: Tx,
  jobId: string,
  batch: { read: number; imported: number; rejected: readonly RejectedRow[] },
): Promise<void> {
  if (batch.rejected.length > 0) {
    await tx.query(
      `insert into rejected_rows (job_id, line, key, reason)
       select $1, line, key, reason from jsonb_to_recordset($2) as r(line int, key text, reason text)`,
      [jobId, JSON.stringify(batch.rejected)],
    );
  }
  await tx.query(
    `update import_reports set read = read + $2, imported = imported + $3, rejected_count = rejected_count + $4
     where job_id = $1`,
    [jobId, batch.read, batch.imported, batch.rejected.length],
  );
}

export async function readReport(
  sql: Sql,
  jobId: string,
): Promise<{ read: number; imported: number; rejectedCount: number } | undefined> {
  const [row] = await sql.query<{ read: number; imported: number; rejectedCount: number }>(
    `select read, imported, rejected_count as "rejectedCount" from import_reports where job_id = $1`,
    [jobId],
  );
  return row;
}

export async function firstRejections(
  sql: Sql,
  jobId: string,
  count: number,
): Promise<RejectedRow[]> {
  return sql.query<RejectedRow & { [column: string]: unknown }>(
    'select line, key, reason from rejected_rows where job_id = $1 order by line limit $2',
    [jobId, count],
  );
}

/**
 * What an import staged beside what the version before holds, in key order: a full join, for a cursor.
 * Parameters: the job, the version before (or null).
 */
export const STAGED_BESIDE_PREVIOUS = `
  select coalesce(r.key, p.key) as key,
    r.key is not null as staged, r.caption, r.labels, r.unknown_labels as "unknownLabels", r.labelled, r.split, r.image_sha256 as "imageSha256",
    p.key is not null as before, p.caption as "beforeCaption", p.labels as "beforeLabels",
    p.unknown_labels as "beforeUnknownLabels",
    p.labelled as "beforeLabelled", p.split as "beforeSplit", p.image_sha256 as "beforeImageSha256"
  from (select * from import_rows where job_id = $1) r
  full join (select * from samples where version_id = $2) p on p.key = r.key
  order by coalesce(r.key, p.key) collate "C"`;

export interface StagedBesidePrevious {
  key: string;
  staged: boolean;
  caption: string | null;
  labels: string[];
  unknownLabels: string[];
  labelled: boolean;
  split: Split | null;
  imageSha256: Buffer | null;
  before: boolean;
  beforeCaption: string | null;
  beforeLabels: number[];
  beforeUnknownLabels: number[];
  beforeLabelled: boolean;
  beforeSplit: Split;
  beforeImageSha256: Buffer | null;
}

export interface NewSample {
  position: number;
  key: string;
  caption: string | null;
  labels: readonly number[];
  unknownLabels: readonly number[];
  labelled: boolean;
  split: Split;
  imageSha256: string | null;
}

export async function insertSamples(
  tx: Tx,
  versionId: string,
  samples: readonly NewSample[],
): Promise<void> {
  await tx.query(
    `insert into samples (version_id, position, key, caption, labels, unknown_labels, labelled, split, image_sha256)
     select $1, position, key, caption, labels, "unknownLabels", labelled, split, decode("imageSha256", 'hex')
     from jsonb_to_recordset($2) as r(position int, key text, caption text, labels int[], "unknownLabels" int[], labelled boolean,
       split "Split", "imageSha256" text)`,
    [versionId, JSON.stringify(samples)],
  );
}
