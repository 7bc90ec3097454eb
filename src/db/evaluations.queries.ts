import { labelEntries } from './label-entries.js';
import type { Sql } from './sql.js';

export interface RunScores {
  versionId: string;
  scoresSha256: string;
  thresholds: number[];
  /** of the dataset version's TRAIN, by label index */
  trainSupport: number[];
}

/** What a run that has succeeded left behind; undefined where it has not. */
export async function runScores(sql: Sql, runId: string): Promise<RunScores | undefined> {
  const [row] = await sql.query<RunScores>(
    `select version_id as "versionId", encode(scores_sha256, 'hex') as "scoresSha256", thresholds,
       (select coalesce(array_agg((of -> 0)::int order by place), '{}')
        from dataset_versions v, jsonb_array_elements(v.label_stats) with ordinality as stats(of, place)
        where v.id = runs.version_id) as "trainSupport"
     from runs where id = $1 and status = 'SUCCEEDED' and scores_sha256 is not null`,
    [runId],
  );
  return row;
}

export interface VersionScores {
  /** of the dataset */
  versionId: string;
  /** of the run, or of the ensemble's members in their order; null where one has kept none */
  files: (string | null)[];
}

/** The scores that a model version stands on; undefined where the version is gone. */
export async function versionScores(
  sql: Sql,
  modelVersionId: string,
): Promise<VersionScores | undefined> {
  const rows = await sql.query<{ versionId: string; file: string | null }>(
    `select r.version_id as "versionId", encode(r.scores_sha256, 'hex') as file
     from (select run_id, 0 as position from model_versions where id = $1
           union all select run_id, position from ensemble_members where version_id = $1) as members
     join runs r on r.id = members.run_id order by members.position`,
    [modelVersionId],
  );
  const [first] = rows;
  return first && { versionId: first.versionId, files: rows.map(({ file }) => file) };
}

/** What is known of the labels of the samples at these places of a version, in the order asked: as label sets take them. */
export async function labelsAt(
  sql: Sql,
  versionId: string,
  positions: Int32Array,
): Promise<number[][]> {
  const rows = await sql.query<{ labels: number[] }>(
    `select ${labelEntries('s')} as labels from unnest($2::int[]) with ordinality as of(position, place)
     join samples s on s.version_id = $1 and s.position = of.position order by of.place`,
    [versionId, [...positions]],
  );
  return rows.map(({ labels }) => labels);
}
