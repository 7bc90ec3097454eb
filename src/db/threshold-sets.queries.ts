import type { StoredMetrics } from './runs.queries.js';
import type { Sql, Tx } from './sql.js';

export interface ThresholdSetSettings {
  kind: string;
  value: number | null;
  k: number | null;
  calibration: string;
  /** missing in sets that were made before there were such */
  minPrecision?: number | null;
  minRecall?: number | null;
}

export interface ThresholdSetRow {
  versionId: string;
  name: string;
  settings: ThresholdSetSettings;
  /** OperatingPoint */
  point: unknown;
  warnings: { label: number; reason: string }[];
  metrics: StoredMetrics | null;
  createdAt: Date;
}

const SET = `select version_id as "versionId", name, settings, point, warnings, metrics, created_at as "createdAt"
  from threshold_sets`;

/** By name. */
export function thresholdSetsByVersions(
  sql: Sql,
  versionIds: readonly string[],
): Promise<ThresholdSetRow[]> {
  return sql.query(`${SET} where version_id = any($1::uuid[]) order by name collate "C"`, [
    versionIds,
  ]);
}

export async function findThresholdSet(
  sql: Sql,
  versionId: string,
  name: string,
): Promise<ThresholdSetRow | undefined> {
  const [row] = await sql.query<ThresholdSetRow>(`${SET} where version_id = $1 and name = $2`, [
    versionId,
    name,
  ]);
  return row;
}

/** The caller holds the lock of the version's model, under which the name is free. */
export async function insertThresholdSet(
  tx: Tx,
  set: Omit<ThresholdSetRow, 'createdAt'>,
): Promise<void> {
  await tx.query(
    `insert into threshold_sets (version_id, name, settings, point, warnings, metrics)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      set.versionId,
      set.name,
      JSON.stringify(set.settings),
      JSON.stringify(set.point),
      JSON.stringify(set.warnings),
      set.metrics && JSON.stringify(set.metrics),
    ],
  );
}

/** @returns whether it was there */
export async function deleteThresholdSetRow(
  sql: Sql,
  versionId: string,
  name: string,
): Promise<boolean> {
  const rows = await sql.query(
    'delete from threshold_sets where version_id = $1 and name = $2 returning name',
    [versionId, name],
  );
  return rows.length > 0;
}
