import type { Precision } from './enums.js';
import { behind, cursorKey, type Keyed, type OrderColumn, orderBy, type Slice } from './keyset.js';
import type { StoredMetrics } from './runs.queries.js';
import type { Sql } from './sql.js';

export interface ModelRow {
  id: string;
  name: string;
  description: string | null;
}

export interface ModelVersionRow {
  id: string;
  modelId: string;
  number: number;
  createdAt: Date;
  sha256: string;
  sizeBytes: number;
  /** null: an ensemble */
  runId: string | null;
  /** the run, or the members of an ensemble in their order */
  runIds: string[];
  /** Of the run, or of all members: its labels are the model's, and never change. */
  versionId: string;
  encoderId: string;
  /** of the encoder */
  precision: Precision;
  metrics: StoredMetrics | null;
  /** [L], by label index */
  thresholds: number[];
}

export interface AliasRow {
  modelId: string;
  name: string;
  versionId: string;
}

const MODEL = 'm.id, m.name, m.description';

export const MODEL_ORDER: readonly OrderColumn[] = [
  { sql: 'm.created_at', kind: 'time', direction: 'DESC' },
  { sql: 'm.id', kind: 'uuid', direction: 'DESC' },
];

export function modelPage(sql: Sql, slice: Slice): Promise<Keyed<ModelRow>[]> {
  const values: unknown[] = [slice.first];
  return sql.query<Keyed<ModelRow>>(
    `select ${MODEL}, ${cursorKey(MODEL_ORDER)} from models m
     where ${behind(MODEL_ORDER, slice.after, values)} order by ${orderBy(MODEL_ORDER)} limit $1`,
    values,
  );
}

export async function countModels(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>('select count(*)::int as count from models');
  return row!.count;
}

export function modelsByIds(sql: Sql, ids: readonly string[]): Promise<ModelRow[]> {
  return sql.query<ModelRow>(`select ${MODEL} from models m where m.id = any($1::uuid[])`, [ids]);
}

export async function modelByName(sql: Sql, name: string): Promise<ModelRow | null> {
  const [row] = await sql.query<ModelRow>(`select ${MODEL} from models m where m.name = $1`, [
    name,
  ]);
  return row ?? null;
}

const VERSION = `v.id, v.model_id as "modelId", v.number, v.created_at as "createdAt",
  encode(v.sha256, 'hex') as sha256, v.size_bytes as "sizeBytes", v.run_id as "runId", m.ids as "runIds",
  r.version_id as "versionId", r.encoder_id as "encoderId", p.precision,
  case when v.run_id is null then v.manifest->'metrics' else r.final end as metrics, v.manifest->'thresholds' as thresholds`;
const FROM = `from model_versions v
  cross join lateral (select case when v.run_id is not null then array[v.run_id] else
    (select array_agg(e.run_id order by e.position) from ensemble_members e where e.version_id = v.id) end as ids) m
  join runs r on r.id = m.ids[1]
  join embedding_sets s on s.id = r.set_id
  join embedding_spaces p on p.id = s.space_id`;

export function modelVersionsByIds(sql: Sql, ids: readonly string[]): Promise<ModelVersionRow[]> {
  return sql.query<ModelVersionRow>(`select ${VERSION} ${FROM} where v.id = any($1::uuid[])`, [
    ids,
  ]);
}

/** Versions that were made of the runs, alone or in an ensemble, each with the run that it was asked for as `usedRunId`. */
export function modelVersionsByRuns(
  sql: Sql,
  runIds: readonly string[],
): Promise<(ModelVersionRow & { usedRunId: string })[]> {
  return sql.query<ModelVersionRow & { usedRunId: string }>(
    `select ${VERSION}, used.run_id as "usedRunId" ${FROM} join (
       select id, run_id from model_versions where run_id = any($1::uuid[])
       union all
       select version_id, run_id from ensemble_members where run_id = any($1::uuid[])
     ) used on used.id = v.id order by v.created_at, v.id`,
    [runIds],
  );
}

/** One page per model, newest first, in one statement. `after` is a version number. */
export function modelVersionPages(
  sql: Sql,
  modelIds: readonly string[],
  slice: { first: number; after: number | null },
): Promise<ModelVersionRow[]> {
  return sql.query<ModelVersionRow>(
    `select v.* from unnest($1::uuid[]) as of(id) cross join lateral (
       select ${VERSION} ${FROM} where v.model_id = of.id and ($3::int is null or v.number < $3)
       order by v.number desc limit $2) v
     order by v."modelId", v.number desc`,
    [modelIds, slice.first, slice.after],
  );
}

export function countModelVersions(
  sql: Sql,
  modelIds: readonly string[],
): Promise<{ id: string; count: number }[]> {
  return sql.query(
    `select model_id as id, count(*)::int as count from model_versions
     where model_id = any($1::uuid[]) group by model_id`,
    [modelIds],
  );
}

const ALIAS = 'select a.model_id as "modelId", a.name, a.version_id as "versionId" from aliases a';

export function aliasesByModels(sql: Sql, modelIds: readonly string[]): Promise<AliasRow[]> {
  return sql.query<AliasRow>(
    `${ALIAS} where a.model_id = any($1::uuid[]) order by a.name collate "C"`,
    [modelIds],
  );
}

export function aliasesByVersions(sql: Sql, versionIds: readonly string[]): Promise<AliasRow[]> {
  return sql.query<AliasRow>(
    `${ALIAS} where a.version_id = any($1::uuid[]) order by a.name collate "C"`,
    [versionIds],
  );
}

/** @param pick a number, an alias, or the newest version there is */
export async function modelVersionId(
  sql: Sql,
  model: string,
  pick: { number: number } | { alias: string } | 'latest',
): Promise<string | null> {
  const [condition, value] =
    pick === 'latest'
      ? ['true', null]
      : 'number' in pick
        ? ['v.number = $2::int', pick.number]
        : [
            'v.id = (select a.version_id from aliases a where a.model_id = m.id and a.name = $2)',
            pick.alias,
          ];
  const [row] = await sql.query<{ id: string }>(
    `select v.id from models m join model_versions v on v.model_id = m.id
     where m.name = $1 and ${condition} order by v.number desc limit 1`,
    pick === 'latest' ? [model] : [model, value],
  );
  return row?.id ?? null;
}
