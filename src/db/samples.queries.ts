import type { Split } from './enums.js';
import type { Sql } from './sql.js';

export interface SampleRow {
  id: string;
  versionId: string;
  position: number;
  key: string;
  caption: string | null;
  labelIndices: number[];
  unknownLabelIndices: number[];
  labelled: boolean;
  split: Split;
  imageSha256: string | null;
  width: number | null;
  height: number | null;
}

export interface SampleFilterValues {
  split?: string | null | undefined;
  labels?: readonly string[] | null | undefined;
  labelled?: boolean | null | undefined;
  text?: string | null | undefined;
  keys?: readonly string[] | null | undefined;
  /** of one version: a bit for each position, the lowest of a byte first */
  mask?: Uint8Array | null | undefined;
}

const SAMPLE = `s.id, s.version_id as "versionId", s.position, s.key, s.caption,
  s.labels as "labelIndices", s.unknown_labels as "unknownLabelIndices", s.labelled, s.split, encode(s.image_sha256, 'hex') as "imageSha256"`;

/** The filter over samples `s` of a version `of(id)`; label keys are looked up in that version's own list. */
function matching(filter: SampleFilterValues, values: unknown[]): string {
  const conditions = ['true'];
  const add = (value: unknown) => `$${values.push(value)}`;
  if (filter.split) conditions.push(`s.split = ${add(filter.split)}::"Split"`);
  if (filter.labelled !== null && filter.labelled !== undefined) {
    conditions.push(`s.labelled = ${add(filter.labelled)}::boolean`);
  }
  if (filter.labels && filter.labels.length > 0) {
    const wanted = [...new Set(filter.labels)];
    conditions.push(
      `s.labelled and s.labels @> (
         select case when count(*) = ${add(wanted.length)}::int
           then array_agg((l.place - 1)::int) else array[-1] end
         from dataset_versions dv
         cross join lateral jsonb_array_elements(dv.labels) with ordinality as l(label, place)
         where dv.id = of.id and l.label ->> 'key' = any(${add(wanted)}::text[]))`,
    );
  }
  if (filter.text) {
    const pattern = add(`%${filter.text.replace(/[\\%_]/g, '\\$&')}%`);
    conditions.push(`(s.caption ilike ${pattern}::text or s.key ilike ${pattern}::text)`);
  }
  if (filter.mask) {
    conditions.push(`get_bit(${add(Buffer.from(filter.mask))}::bytea, s.position) = 1`);
  }
  if (filter.keys) conditions.push(`s.key = any(${add(filter.keys)}::text[])`);
  return conditions.join(' and ');
}

/** One page per version, by position, in one statement: `offset` samples behind the position `after`. */
export function samplePages(
  sql: Sql,
  versionIds: readonly string[],
  slice: { first: number; after: number | null; offset: number },
  filter: SampleFilterValues,
): Promise<SampleRow[]> {
  const values: unknown[] = [versionIds, slice.first, slice.after, slice.offset];
  return sql.query<SampleRow>(
    `select s.*, i.width, i.height
     from unnest($1::uuid[]) as of(id) cross join lateral (
       select ${SAMPLE}, s.image_sha256 from samples s
       where s.version_id = of.id and ($3::int is null or s.position > $3)
         and ${matching(filter, values)}
       order by s.position limit $2 offset $4) s
     left join images i on i.sha256 = s.image_sha256
     order by s."versionId", s.position`,
    values,
  );
}

export function countSamples(
  sql: Sql,
  versionIds: readonly string[],
  filter: SampleFilterValues,
): Promise<{ id: string; count: number }[]> {
  const values: unknown[] = [versionIds];
  return sql.query(
    `select of.id, (select count(*)::int from samples s
       where s.version_id = of.id and ${matching(filter, values)}) as count
     from unnest($1::uuid[]) as of(id)`,
    values,
  );
}

/** Where the samples of a version lie that a filter lets through, in no order. */
export async function matchingPositions(
  sql: Sql,
  versionId: string,
  filter: SampleFilterValues,
): Promise<number[]> {
  const values: unknown[] = [versionId];
  const [row] = await sql.query<{ positions: number[] }>(
    `select coalesce(array_agg(s.position), '{}') as positions
     from (select $1::uuid as id) of join samples s on s.version_id = of.id
     where ${matching(filter, values)}`,
    values,
  );
  return row!.positions;
}

/** Which split each sample of a version is in, by position. */
export async function splitsOfVersion(sql: Sql, versionId: string): Promise<Split[]> {
  const [row] = await sql.query<{ splits: Split[] }>(
    `select coalesce(array_agg(split::text order by position), '{}') as splits
     from samples where version_id = $1`,
    [versionId],
  );
  return row!.splits;
}

/** Of one of the version's samples; undefined where it is another's. */
export async function positionOfSample(
  sql: Sql,
  versionId: string,
  sampleId: string,
): Promise<number | undefined> {
  const [row] = await sql.query<{ position: number }>(
    'select position from samples where id = $1 and version_id = $2',
    [sampleId, versionId],
  );
  return row?.position;
}

/** @param datasetVersion the same key in that version of the dataset; null: the very sample */
export async function sampleById(
  sql: Sql,
  id: string,
  datasetVersion: number | null,
): Promise<SampleRow | null> {
  const text =
    datasetVersion === null
      ? `select ${SAMPLE}, i.width, i.height
         from samples s left join images i on i.sha256 = s.image_sha256 where s.id = $1`
      : `select ${SAMPLE}, i.width, i.height
         from samples asked
         join dataset_versions here on here.id = asked.version_id
         join dataset_versions there on there.dataset_id = here.dataset_id and there.number = $2
         join samples s on s.version_id = there.id and s.key = asked.key
         left join images i on i.sha256 = s.image_sha256
         where asked.id = $1`;
  const values = datasetVersion === null ? [id] : [id, datasetVersion];
  const [row] = await sql.query<SampleRow>(text, values);
  return row ?? null;
}

/** The samples of a version at these positions, by position. */
export function samplesAt(
  sql: Sql,
  versionId: string,
  positions: readonly number[],
): Promise<SampleRow[]> {
  return sql.query<SampleRow>(
    `select ${SAMPLE}, i.width, i.height
     from samples s left join images i on i.sha256 = s.image_sha256
     where s.version_id = $1 and s.position = any($2::int[]) order by s.position`,
    [versionId, positions],
  );
}

/** The content of the samples' images, by sample id; samples without one are left out. */
export function sampleImages(
  sql: Sql,
  ids: readonly string[],
): Promise<{ id: string; sha256: string }[]> {
  return sql.query(
    `select id, encode(image_sha256, 'hex') as sha256 from samples
     where id = any($1::uuid[]) and image_sha256 is not null`,
    [ids],
  );
}

/**
 * Of samples that somebody saw in any version of a dataset, those that are not so in this version of it. Labels keep their
 * places across versions, so their indices are compared.
 */
export function samplesNotAsSeen(
  sql: Sql,
  versionId: string,
  seen: readonly { key: string; id: string }[],
): Promise<{ key: string; why: 'NEVER_THERE' | 'REMOVED' | 'CHANGED' }[]> {
  return sql.query(
    `select asked.key, case when seen.id is null then 'NEVER_THERE' when now.id is null then 'REMOVED' else 'CHANGED' end as why
     from unnest($2::uuid[], $3::text[]) with ordinality as asked(id, key, place)
     join dataset_versions latest on latest.id = $1
     left join (samples seen join dataset_versions of on of.id = seen.version_id)
       on seen.id = asked.id and seen.key = asked.key and of.dataset_id = latest.dataset_id
     left join samples now on now.version_id = latest.id and now.key = asked.key
     where seen.id is null or now.id is null or
       (seen.caption, seen.labelled, seen.labels, seen.unknown_labels, seen.split, seen.image_sha256) is distinct from
       (now.caption, now.labelled, now.labels, now.unknown_labels, now.split, now.image_sha256)
     order by asked.place`,
    [versionId, seen.map(({ id }) => id), seen.map(({ key }) => key)],
  );
}

/** Those of the keys that no sample of the version has. */
export async function missingKeys(
  sql: Sql,
  versionId: string,
  keys: readonly string[],
): Promise<string[]> {
  const rows = await sql.query<{ key: string }>(
    `select key from unnest($2::text[]) as k(key)
     where not exists (select 1 from samples s where s.version_id = $1 and s.key = k.key) limit 20`,
    [versionId, keys],
  );
  return rows.map(({ key }) => key);
}
