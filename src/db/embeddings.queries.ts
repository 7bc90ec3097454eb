import type { JobStatus, Modality, Precision } from './enums.js';
import { appendJobEvent } from './events.js';
import type { Sql, Tx } from './sql.js';

export interface SpaceKey {
  encoderId: string;
  revision: string;
  preprocessing: string;
  precision: Precision;
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
  const values = [space.encoderId, space.revision, space.preprocessing, space.precision];
  await tx.query(
    `insert into embedding_spaces (encoder_id, revision, preprocessing, precision, dimension)
     values ($1, $2, $3, $4::"Precision", $5)
     on conflict (encoder_id, revision, preprocessing, precision) do nothing`,
    [...values, space.dimension],
  );
  return (await findSpace(tx, space))!;
}

/** @returns undefined where no vectors of this space were ever asked for */
export async function findSpace(sql: Sql, space: SpaceKey): Promise<string | undefined> {
  const [row] = await sql.query<{ id: string }>(
    `select id from embedding_spaces
     where encoder_id = $1 and revision = $2 and preprocessing = $3 and precision = $4::"Precision"`,
    [space.encoderId, space.revision, space.preprocessing, space.precision],
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
}

export async function setToEmbed(sql: Sql, setId: string): Promise<SetToEmbed | undefined> {
  const [row] = await sql.query<SetToEmbed & { [column: string]: unknown }>(
    `select s.id, s.version_id as "versionId", s.space_id as "spaceId", p.encoder_id as "encoderId",
       p.revision, p.preprocessing, p.precision, p.dimension, v.sample_count as "sampleCount",
       s.image_count as "imageCount", s.text_count as "textCount", s.artifact_sha256 as "artifactSha256"
     from embedding_sets s
     join embedding_spaces p on p.id = s.space_id
     join dataset_versions v on v.id = s.version_id
     where s.id = $1`,
    [setId],
  );
  return row;
}

/**
 * The entry of a content, by all of the key's columns. PostgreSQL knows little of rows that were written a moment ago; as a
 * plain join it would take them for few and read all entries of the space for each sample: 3 s at 2,000 samples.
 */
function entryOf(space: string, modality: string, content: string): string {
  return `lateral (
      select e.pack_id, e.row from embedding_entries e
      where e.space_id = ${space} and e.modality = ${modality} and e.content = ${content}
      limit 1
    ) e`;
}

/** A sample's content in one modality: the SHA-256 of its image, or of its caption as UTF-8. */
const CONTENT: Record<Modality, string> = {
  IMAGE: 's.image_sha256',
  TEXT: `case when s.caption <> '' then sha256(convert_to(s.caption, 'UTF8')) end`,
};

/** A content that has no vector yet, and the first sample that has it. */
export interface MissingContent {
  content: Buffer;
  position: number;
}

/**
 * Of one version, each content once, in sample order, where its first sample is in a range of positions: a cursor's query.
 * Parameters: version, space, first position, the one after the last.
 */
export function missingContents(modality: Modality): string {
  return `
    select content, position from (
      select content, min(position) as position from (
        select ${CONTENT[modality]} as content, s.position from samples s
        where s.version_id = $1 and s.position < $4
      ) s
      where content is not null group by content
    ) c
    left join ${entryOf('$2', `'${modality}'`, 'c.content')} on true
    where position >= $3 and e.row is null
    order by position`;
}

export async function captionsAt(
  sql: Sql,
  versionId: string,
  positions: readonly number[],
): Promise<Map<number, string>> {
  const rows = await sql.query<{ position: number; caption: string }>(
    'select position, caption from samples where version_id = $1 and position = any($2)',
    [versionId, positions],
  );
  return new Map(rows.map((row) => [row.position, row.caption]));
}

export interface VectorPlace {
  /** of the sample, or of the content asked for */
  place: number;
  pack: Buffer;
  row: number;
}

/** Where the vectors of a stretch of samples lie, ordered by file and row. */
export async function placesOfSamples(
  sql: Sql,
  of: { versionId: string; spaceId: string; modality: Modality; from: number; to: number },
): Promise<VectorPlace[]> {
  return sql.query<VectorPlace & { [column: string]: unknown }>(
    `select s.position as place, p.sha256 as pack, e.row
     from samples s
     cross join ${entryOf('$2', '$3::"Modality"', CONTENT[of.modality])}
     join embedding_packs p on p.id = e.pack_id
     where s.version_id = $1 and s.position >= $4 and s.position < $5
     order by p.sha256, e.row`,
    [of.versionId, of.spaceId, of.modality, of.from, of.to],
  );
}

/** Where the vectors of these contents lie; `place` is the index in `contents`. */
export async function placesOfContents(
  sql: Sql,
  of: { spaceId: string; modality: Modality; contents: readonly Buffer[] },
): Promise<VectorPlace[]> {
  return sql.query<VectorPlace & { [column: string]: unknown }>(
    `select (c.place - 1)::int as place, p.sha256 as pack, e.row
     from unnest($3::bytea[]) with ordinality as c(content, place)
     cross join ${entryOf('$1', '$2::"Modality"', 'c.content')}
     join embedding_packs p on p.id = e.pack_id
     order by p.sha256, e.row`,
    [of.spaceId, of.modality, of.contents],
  );
}

/**
 * Records a pack and what its rows are the vectors of. Contents that another job has recorded meanwhile stay with that.
 * @returns how many of the contents are new
 */
export async function insertPack(
  tx: Tx,
  pack: {
    spaceId: string;
    sha256: string;
    entries: readonly { modality: Modality; content: Buffer }[];
  },
): Promise<number> {
  const [row] = await tx.query<{ id: string }>(
    `insert into embedding_packs (space_id, sha256, count) values ($1, decode($2, 'hex'), $3) returning id`,
    [pack.spaceId, pack.sha256, pack.entries.length],
  );
  const inserted = await tx.query(
    `insert into embedding_entries (space_id, modality, content, pack_id, row)
     select $1, modality, content, $2, (place - 1)::int
     from unnest($3::"Modality"[], $4::bytea[]) with ordinality as e(modality, content, place)
     on conflict do nothing returning row`,
    [
      pack.spaceId,
      row!.id,
      pack.entries.map((entry) => entry.modality),
      pack.entries.map((entry) => entry.content),
    ],
  );
  if (inserted.length === 0) {
    await tx.query('delete from embedding_packs where id = $1', [row!.id]);
  }
  return inserted.length;
}

export async function addComputed(tx: Tx, setId: string, count: number): Promise<void> {
  await tx.query('update embedding_sets set computed_count = computed_count + $2 where id = $1', [
    setId,
    count,
  ]);
}

/** The set is there: what was not computed for it was known before, or is another sample's too. */
export async function completeSet(tx: Tx, setId: string, artifactSha256: string): Promise<void> {
  await tx.query(
    `update embedding_sets set artifact_sha256 = decode($2, 'hex'),
       reused_count = greatest(0, image_count + text_count - computed_count)
     where id = $1`,
    [setId, artifactSha256],
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

/** How many different contents a version has in a modality. */
export async function countContents(
  sql: Sql,
  versionId: string,
  modality: Modality,
): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(distinct ${CONTENT[modality]})::int as count from samples s where s.version_id = $1`,
    [versionId],
  );
  return row!.count;
}

/** Which of the contents have a vector. */
export async function knownContents(
  sql: Sql,
  spaceId: string,
  modality: Modality,
  contents: readonly Buffer[],
): Promise<Set<string>> {
  const rows = await sql.query<{ content: string }>(
    `select encode(content, 'hex') as content from embedding_entries
     where space_id = $1 and modality = $2::"Modality" and content = any($3::bytea[])`,
    [spaceId, modality, contents],
  );
  return new Set(rows.map((row) => row.content));
}
