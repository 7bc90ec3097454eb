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

/** What the samples at these places of a version carry, in the order asked. */
export async function labelsAt(
  sql: Sql,
  versionId: string,
  positions: Int32Array,
): Promise<number[][]> {
  const rows = await sql.query<{ labels: number[] }>(
    `select s.labels from unnest($2::int[]) with ordinality as of(position, place)
     join samples s on s.version_id = $1 and s.position = of.position order by of.place`,
    [versionId, [...positions]],
  );
  return rows.map(({ labels }) => labels);
}
