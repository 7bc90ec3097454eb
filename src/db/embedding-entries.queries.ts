import type { Modality } from './enums.js';
import type { Sql, Tx } from './sql.js';

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

/** How many different contents a version has that have no vector in a space yet. */
export async function countMissing(
  sql: Sql,
  set: { versionId: string; spaceId: string; sampleCount: number },
  modality: Modality,
): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from (${missingContents(modality)}) missing`,
    [set.versionId, set.spaceId, 0, set.sampleCount],
  );
  return row!.count;
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
