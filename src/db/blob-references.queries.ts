import type { Sql, Tx } from './sql.js';

/** Every column that names a file of the blob store: what none of them names is an orphan. */
const BLOB_COLUMNS = [
  ['images', 'sha256'],
  ['embedding_packs', 'sha256'],
  ['embedding_sets', 'artifact_sha256'],
  ['embedding_sets', 'tokens_sha256'],
  ['runs', 'head_sha256'],
  ['runs', 'scores_sha256'],
  ['model_versions', 'sha256'],
  ['batch_predictions', 'head_sha256'],
  ['batch_predictions', 'scores_sha256'],
] as const;

const DIGESTS = `select decode(digest, 'hex') from unnest($1::text[]) as digest`;

/** Those of the files that some row names. */
export async function referencedBlobs(sql: Sql, files: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ sha256: string }>(
    BLOB_COLUMNS.map(
      ([table, column]) =>
        `select encode(${column}, 'hex') as sha256 from ${table} where ${column} in (${DIGESTS})`,
    ).join(' union '),
    [files],
  );
  return new Set(rows.map((row) => row.sha256));
}

/** Images that no sample has and no import is about to give one. @returns their files */
export async function deleteUnusedImages(tx: Tx, olderThanSeconds: number): Promise<string[]> {
  const rows = await tx.query<{ sha256: string }>(
    `delete from images i
     where created_at < now() - make_interval(secs => $1)
       and not exists (select 1 from samples s where s.image_sha256 = i.sha256)
       and not exists (select 1 from import_rows r where r.image_sha256 = i.sha256)
     returning encode(sha256, 'hex') as sha256`,
    [olderThanSeconds],
  );
  return rows.map((row) => row.sha256);
}

/** Of the tokens of one content, float16: each with a presence behind its coordinates. */
const tokenBytes = (modality: string): string =>
  `coalesce((s.tokens->${modality}->>'count')::bigint * ((s.tokens->${modality}->>'width')::bigint + 1) * 2, 0)`;

/** All rows of a pack are of one. */
const MODALITY_OF_PACK =
  '(select lower(e.modality::text) from embedding_entries e where e.pack_id = p.id limit 1)';

/** Bytes of the database, and of the files whose size follows from its rows, each file once. */
export async function sizedBytes(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ bytes: number }>(
    `select (pg_database_size(current_database())
       + coalesce((select sum(bytes) from images), 0)
       + coalesce((select sum(bytes) from (
           select p.sha256, p.count * (s.dimension * 4 + ${tokenBytes(MODALITY_OF_PACK)}) as bytes
           from embedding_packs p join embedding_spaces s on s.id = p.space_id
           union
           select e.artifact_sha256, v.sample_count::bigint * s.dimension * 8
           from embedding_sets e
           join embedding_spaces s on s.id = e.space_id
           join dataset_versions v on v.id = e.version_id
           where e.artifact_sha256 is not null
           union
           select e.tokens_sha256, v.sample_count * (${tokenBytes("'image'")} + ${tokenBytes("'text'")})
           from embedding_sets e
           join embedding_spaces s on s.id = e.space_id
           join dataset_versions v on v.id = e.version_id
           where e.tokens_sha256 is not null
           union
           select sha256, size_bytes from model_versions) files), 0))::float8 as bytes`,
  );
  return row!.bytes;
}

/** The other files: heads and scores of runs and batch predictions. A model version's head has its size in its row. */
export async function blobsWithoutSize(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ sha256: string }>(
    `select encode(sha256, 'hex') as sha256 from (
       select head_sha256 from runs union select scores_sha256 from runs
       union select head_sha256 from batch_predictions union select scores_sha256 from batch_predictions
       except select sha256 from model_versions) as files(sha256)
     where sha256 is not null`,
  );
  return rows.map((row) => row.sha256);
}
