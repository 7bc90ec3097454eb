import type { Sql, Tx } from './sql.js';

export interface PublishedVersion {
  datasetId: string;
  versionId: string;
  number: number;
  digest: Buffer;
  labels: { key: string; name: string }[];
}

/** Held until the transaction ends: of all that publish under one name only one is between looking and writing. */
export async function lockDatasetName(tx: Tx, name: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('dataset ' || $1, 0))`, [name]);
}

/** The latest version of the dataset that has this name. */
export async function latestVersionByName(
  sql: Sql,
  name: string,
): Promise<PublishedVersion | undefined> {
  const [row] = await sql.query<PublishedVersion & { [column: string]: unknown }>(
    `select d.id as "datasetId", v.id as "versionId", v.number, v.digest, v.labels
     from datasets d join dataset_versions v on v.id = d.latest_version_id where d.name = $1`,
    [name],
  );
  return row;
}

/** What it is called, if it has a version. */
export async function publishedName(sql: Sql, datasetId: string): Promise<string | undefined> {
  const [row] = await sql.query<{ name: string }>(
    'select name from datasets where id = $1 and latest_version_id is not null',
    [datasetId],
  );
  return row?.name;
}

/** The dataset of that name that has a version, locked against its deletion while the transaction lasts. */
export async function lockPublishedDataset(tx: Tx, name: string): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    'select id from datasets where name = $1 and latest_version_id is not null for share',
    [name],
  );
  return row?.id;
}

export async function insertDataset(
  tx: Tx,
  dataset: { name: string; description: string | null },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    'insert into datasets (name, description) values ($1, $2) returning id',
    [dataset.name, dataset.description],
  );
  return row!.id;
}

/** Removes the dataset if it has no version; one that a first import was to fill and did not. */
export async function deleteEmptyDataset(tx: Tx, datasetId: string): Promise<void> {
  await tx.query(
    `delete from datasets d where id = $1 and latest_version_id is null
     and not exists (select 1 from dataset_versions v where v.dataset_id = d.id)`,
    [datasetId],
  );
}

export async function insertVersion(
  tx: Tx,
  version: {
    datasetId: string;
    /** null: an edit made it */
    jobId: string | null;
    note: string | null;
    digest: Buffer;
    labels: unknown;
    labelStats: unknown;
    sampleCount: number;
    labelledCount: number;
  },
): Promise<{ id: string; number: number }> {
  const [row] = await tx.query<{ id: string; number: number }>(
    `insert into dataset_versions (dataset_id, number, digest, labels, label_stats, sample_count, labelled_count, import_job_id, note)
     select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8 from dataset_versions where dataset_id = $1
     returning id, number`,
    [
      version.datasetId,
      version.digest,
      JSON.stringify(version.labels),
      JSON.stringify(version.labelStats),
      version.sampleCount,
      version.labelledCount,
      version.jobId,
      version.note,
    ],
  );
  return row!;
}

export async function setLatestVersion(
  tx: Tx,
  datasetId: string,
  versionId: string,
  description: string | null,
): Promise<void> {
  await tx.query(
    'update datasets set latest_version_id = $2, description = coalesce($3, description) where id = $1',
    [datasetId, versionId, description],
  );
}

/** What an import came to, on its job. */
export async function setImportResult(
  tx: Tx,
  jobId: string,
  result: { datasetId: string; versionId: string; unchanged: boolean },
): Promise<void> {
  await tx.query(
    'update jobs set dataset_id = $2, dataset_version_id = $3, unchanged = $4 where id = $1',
    [jobId, result.datasetId, result.versionId, result.unchanged],
  );
}

export async function stagedLabelKeys(sql: Sql, jobId: string): Promise<Set<string>> {
  const rows = await sql.query<{ key: string }>(
    'select distinct unnest(labels || unknown_labels) as key from import_rows where job_id = $1',
    [jobId],
  );
  return new Set(rows.map((row) => row.key));
}
