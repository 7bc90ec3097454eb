import type { JobStatus, Precision } from './enums.js';
import { appendJobEvent } from './events.js';
import type { Sql, Tx } from './sql.js';

/** What is kept beside an embedding, by modality. */
export interface TokensOfSpace {
  image?: { count: number; width: number };
  text?: { count: number; width: number };
}

export interface SpaceKey {
  encoderId: string;
  revision: string;
  preprocessing: string;
  precision: Precision;
  tokens: TokensOfSpace;
}

export interface SetState {
  id: string;
  spaceId: string;
  jobId: string | null;
  /** of the job, as it is after the set's lock was taken */
  jobStatus: JobStatus | null;
  complete: boolean;
}

export async function upsertSpace(
  tx: Tx,
  space: SpaceKey & { dimension: number },
): Promise<string> {
  const { encoderId, revision, preprocessing, precision, tokens, dimension } = space;
  await tx.query(
    `insert into embedding_spaces (encoder_id, revision, preprocessing, precision, tokens, dimension)
     values ($1, $2, $3, $4::"Precision", $5, $6)
     on conflict (encoder_id, revision, preprocessing, precision, tokens) do nothing`,
    [encoderId, revision, preprocessing, precision, JSON.stringify(tokens), dimension],
  );
  return (await findSpace(tx, space))!;
}

/** @returns undefined where no vectors of this space were ever asked for */
export async function findSpace(sql: Sql, space: SpaceKey): Promise<string | undefined> {
  const [row] = await sql.query<{ id: string }>(
    `select id from embedding_spaces
     where encoder_id = $1 and revision = $2 and preprocessing = $3 and precision = $4::"Precision"
       and tokens = $5::jsonb`,
    [
      space.encoderId,
      space.revision,
      space.preprocessing,
      space.precision,
      JSON.stringify(space.tokens),
    ],
  );
  return row?.id;
}

/** Makes the set's row where there is none. An empty caption is a missing one. */
export async function insertSet(tx: Tx, versionId: string, spaceId: string): Promise<void> {
  await tx.query(
    `insert into embedding_sets (version_id, space_id, image_count, text_count)
     select $1, $2, count(image_sha256), count(*) filter (where caption <> '')
     from samples where version_id = $1
     on conflict (version_id, space_id) do nothing`,
    [versionId, spaceId],
  );
}

/** Locks the set's row until the transaction ends: its job cannot end meanwhile, nor another one begin. Runs on a complete
 *  set can, as they only need its key. */
export async function lockSet(tx: Tx, versionId: string, spaceId: string): Promise<SetState> {
  const [locked] = await tx.query<{ id: string }>(
    'select id from embedding_sets where version_id = $1 and space_id = $2 for no key update',
    [versionId, spaceId],
  );
  return setState(tx, locked!.id);
}

/** A statement of its own after the lock: it sees what was committed while that was awaited. */
export async function setState(tx: Tx, setId: string): Promise<SetState> {
  const [row] = await tx.query<SetState & { [column: string]: unknown }>(
    `select s.id, s.space_id as "spaceId", s.job_id as "jobId", j.status as "jobStatus",
       s.artifact_sha256 is not null as complete
     from embedding_sets s left join jobs j on j.id = s.job_id where s.id = $1`,
    [setId],
  );
  return row!;
}

export async function findSet(
  sql: Sql,
  versionId: string,
  spaceId: string,
): Promise<string | undefined> {
  const [row] = await sql.query<{ id: string }>(
    'select id from embedding_sets where version_id = $1 and space_id = $2',
    [versionId, spaceId],
  );
  return row?.id;
}

export async function lockSetById(tx: Tx, setId: string): Promise<boolean> {
  const rows = await tx.query('select id from embedding_sets where id = $1 for no key update', [
    setId,
  ]);
  return rows.length === 1;
}

export async function setJobOfSet(tx: Tx, setId: string, jobId: string): Promise<void> {
  await tx.query('update embedding_sets set job_id = $2 where id = $1', [setId, jobId]);
}

export interface SetToEmbed extends SpaceKey {
  id: string;
  versionId: string;
  spaceId: string;
  dimension: number;
  sampleCount: number;
  imageCount: number;
  textCount: number;
  artifactSha256: Buffer | null;
  tokensSha256: Buffer | null;
}

export async function setToEmbed(sql: Sql, setId: string): Promise<SetToEmbed | undefined> {
  const [row] = await sql.query<SetToEmbed & { [column: string]: unknown }>(
    `select s.id, s.version_id as "versionId", s.space_id as "spaceId", p.encoder_id as "encoderId",
       p.revision, p.preprocessing, p.precision, p.tokens, p.dimension, v.sample_count as "sampleCount",
       s.image_count as "imageCount", s.text_count as "textCount", s.artifact_sha256 as "artifactSha256",
       s.tokens_sha256 as "tokensSha256"
     from embedding_sets s
     join embedding_spaces p on p.id = s.space_id
     join dataset_versions v on v.id = s.version_id
     where s.id = $1`,
    [setId],
  );
  return row;
}

export async function addComputed(tx: Tx, setId: string, count: number): Promise<void> {
  await tx.query('update embedding_sets set computed_count = computed_count + $2 where id = $1', [
    setId,
    count,
  ]);
}

/** The set is there: what was not computed for it was known before, or is another sample's too. */
export async function completeSet(
  tx: Tx,
  setId: string,
  files: { vectors: string; tokens: string | null },
): Promise<void> {
  await tx.query(
    `update embedding_sets set artifact_sha256 = decode($2, 'hex'), tokens_sha256 = decode($3, 'hex'),
       reused_count = greatest(0, image_count + text_count - computed_count)
     where id = $1`,
    [setId, files.vectors, files.tokens],
  );
}

/**
 * Keeps what whoever uses the set should know, and tells whoever watches its job; nothing where it says so already. The job's row
 * is locked before the set's.
 */
export async function warnOfSet(tx: Tx, setId: string, message: string): Promise<void> {
  const [open] = await tx.query<{ jobId: string }>(
    `select j.id as "jobId" from embedding_sets s join jobs j on j.id = s.job_id
     where s.id = $1 and j.status in ('QUEUED', 'RUNNING') and s.warning is distinct from $2
     for no key update of j`,
    [setId, message],
  );
  if (!open) return;
  await appendJobEvent(tx, open.jobId, { message });
  await tx.query('update embedding_sets set warning = $2 where id = $1', [setId, message]);
}
