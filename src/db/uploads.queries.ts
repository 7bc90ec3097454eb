import type { Sql, Tx } from './sql.js';

export interface UploadRow {
  id: string;
  filename: string;
  sizeBytes: number;
  createdAt: Date;
  /** by the clock of the database, which gave it its time */
  ageMs: number;
  receivedAt: Date | null;
  /** null: CLIPWRIGHT_TOKEN */
  tokenId: string | null;
}

const UPLOAD = `id, filename, size_bytes::float8 as "sizeBytes", created_at as "createdAt",
  (extract(epoch from now() - created_at) * 1000)::float8 as "ageMs", received_at as "receivedAt",
  token_id as "tokenId"`;

/** Whether there is an import that has not ended of the upload `u`. */
const IMPORT_OF_U = `select 1 from jobs j where j.task = 'import-dataset'
  and j.status in ('QUEUED', 'RUNNING', 'PAUSED') and j.payload->'source'->>'uploadId' = u.id::text`;

/** How many uploads there are, how many of them are the token's, and how many bytes of all have yet to come. */
export interface UploadTotals {
  count: number;
  ofToken: number;
  toCome: number;
}

/** No other upload is announced before the transaction ends. */
export async function lockUploadTotals(tx: Tx, tokenId: string | null): Promise<UploadTotals> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('clipwright uploads', 0))`);
  const [row] = await tx.query<UploadTotals & { [column: string]: unknown }>(
    `select count(*)::int as count,
       (count(*) filter (where token_id is not distinct from $1::uuid))::int as "ofToken",
       coalesce(sum(size_bytes) filter (where received_at is null), 0)::float8 as "toCome" from uploads`,
    [tokenId],
  );
  return row!;
}

export async function insertUpload(
  tx: Tx,
  upload: { filename: string; sizeBytes: number; tokenId: string | null },
): Promise<UploadRow> {
  const [row] = await tx.query<UploadRow & { [column: string]: unknown }>(
    `insert into uploads (filename, size_bytes, token_id) values ($1, $2, $3) returning ${UPLOAD}`,
    [upload.filename, upload.sizeBytes, upload.tokenId],
  );
  return row!;
}

export async function uploadById(sql: Sql, id: string): Promise<UploadRow | undefined> {
  const [row] = await sql.query<UploadRow & { [column: string]: unknown }>(
    `select ${UPLOAD} from uploads where id = $1`,
    [id],
  );
  return row;
}

/** The same, kept while the transaction lasts. */
export async function holdUpload(tx: Tx, id: string): Promise<UploadRow | undefined> {
  const [row] = await tx.query<UploadRow & { [column: string]: unknown }>(
    `select ${UPLOAD} from uploads where id = $1 for share`,
    [id],
  );
  return row;
}

/** @returns false where another request was first, or the upload is gone */
export async function markReceived(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    'update uploads set received_at = now() where id = $1 and received_at is null returning id',
    [id],
  );
  return rows.length === 1;
}

export async function deleteUpload(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from uploads where id = $1', [id]);
}

/** Unless an import waits for it or works on it. */
export async function deleteUnusedUpload(
  tx: Tx,
  id: string,
): Promise<'deleted' | 'used' | 'absent'> {
  const locked = await tx.query('select 1 from uploads where id = $1 for update', [id]);
  if (locked.length === 0) return 'absent';
  const deleted = await tx.query(
    `delete from uploads u where u.id = $1 and not exists (${IMPORT_OF_U}) returning u.id`,
    [id],
  );
  return deleted.length === 0 ? 'used' : 'deleted';
}

/** Those announced longer ago than a PUT may begin, of which none is under way. */
export async function deleteExpiredUploads(
  sql: Sql,
  beginMs: number,
  underWay: readonly string[],
): Promise<void> {
  await sql.query(
    `delete from uploads where received_at is null and id <> all($2::uuid[])
       and created_at < now() - make_interval(secs => $1)`,
    [beginMs / 1000, underWay],
  );
}

/** Those older than so many hours that no import waits for or works on. @returns their ids */
export async function deleteOldUploads(sql: Sql, hours: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `delete from uploads u where u.id in (
       select id from uploads where created_at < now() - make_interval(hours => $1) for update skip locked)
     and not exists (${IMPORT_OF_U}) returning u.id`,
    [hours],
  );
  return rows.map(({ id }) => id);
}

export async function knownUploads(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    'select id::text as id from uploads where id = any($1::uuid[])',
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
