import type { TokensOfSpace } from './embeddings.queries.js';
import type { JobStatus, Precision } from './enums.js';
import type { Sql, Tx } from './sql.js';

/** @returns the model's id, its row locked */
export async function lockModel(tx: Tx, name: string): Promise<string | undefined> {
  const [model] = await tx.query<{ id: string }>(
    'select id from models where name = $1 for update',
    [name],
  );
  return model?.id;
}

/**
 * Locks the model that a version belongs to: its aliases then stay where they are.
 * @returns false where the version is gone
 */
export async function lockModelOfVersion(tx: Tx, versionId: string): Promise<boolean> {
  await tx.query(
    'select id from models where id = (select model_id from model_versions where id = $1) for update',
    [versionId],
  );
  // Asked under the lock: whoever held it before may have deleted the version.
  const rows = await tx.query('select id from model_versions where id = $1', [versionId]);
  return rows.length > 0;
}

export interface NewModelVersion {
  /** of the model, which is made with its first version */
  name: string;
  /** one, or the members of an ensemble */
  runIds: readonly string[];
  manifest: unknown;
  headSha256: string;
  sizeBytes: number;
}

/** @returns the id of the version, which has the model's next number */
export async function insertModelVersion(tx: Tx, version: NewModelVersion): Promise<string> {
  const [model] = await tx.query<{ id: string; number: number }>(
    `insert into models (name, last_number) values ($1, 1)
     on conflict (name) do update set last_number = models.last_number + 1
     returning id, last_number as number`,
    [version.name],
  );
  const [row] = await tx.query<{ id: string }>(
    `insert into model_versions (model_id, number, run_id, manifest, sha256, size_bytes)
     values ($1, $2, $3, $4, decode($5, 'hex'), $6) returning id`,
    [
      model!.id,
      model!.number,
      version.runIds.length === 1 ? version.runIds[0] : null,
      JSON.stringify(version.manifest),
      version.headSha256,
      version.sizeBytes,
    ],
  );
  if (version.runIds.length > 1) {
    await tx.query(
      `insert into ensemble_members (version_id, position, run_id)
       select $1, place - 1, id from unnest($2::uuid[]) with ordinality as m(id, place)`,
      [row!.id, version.runIds],
    );
  }
  return row!.id;
}

/** @returns its file, or undefined where there was no such version */
export async function deleteModelVersionRow(tx: Tx, id: string): Promise<string | undefined> {
  const [row] = await tx.query<{ file: string }>(
    `delete from model_versions where id = $1 returning encode(sha256, 'hex') as file`,
    [id],
  );
  return row?.file;
}

/** @returns "name/3" of a version that was made of the run, alone or in an ensemble */
export async function versionOfRun(sql: Sql, runId: string): Promise<string | undefined> {
  const [row] = await sql.query<{ ref: string }>(
    `select m.name || '/' || v.number as ref from model_versions v join models m on m.id = v.model_id
     where v.run_id = $1
       or exists (select from ensemble_members e where e.version_id = v.id and e.run_id = $1) limit 1`,
    [runId],
  );
  return row?.ref;
}

/** @returns the manifest as it was written */
/** 'name/3' */
export async function nameOfVersion(sql: Sql, versionId: string): Promise<string | undefined> {
  const [row] = await sql.query<{ name: string }>(
    `select m.name || '/' || v.number as name from model_versions v join models m on m.id = v.model_id where v.id = $1`,
    [versionId],
  );
  return row?.name;
}

export async function manifestOfVersion(sql: Sql, versionId: string): Promise<unknown> {
  const [row] = await sql.query<{ manifest: unknown }>(
    'select manifest from model_versions where id = $1',
    [versionId],
  );
  return row?.manifest;
}

/** @returns false where the model has no version of that number */
export async function upsertAlias(
  tx: Tx,
  modelId: string,
  name: string,
  number: number,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into aliases (model_id, name, version_id)
     select model_id, $2, id from model_versions where model_id = $1 and number = $3
     on conflict (model_id, name) do update set version_id = excluded.version_id returning name`,
    [modelId, name, number],
  );
  return rows.length === 1;
}

/** @returns false where the model has no such alias */
export async function deleteAlias(tx: Tx, modelId: string, name: string): Promise<boolean> {
  const rows = await tx.query(
    'delete from aliases where model_id = $1 and name = $2 returning name',
    [modelId, name],
  );
  return rows.length === 1;
}

/** What a manifest is made of. */
export interface ManifestRow {
  config: { fusion: { kind: string } };
  seed: number;
  fold: { count: number; index: number; seed: number } | null;
  thresholds: number[];
  best: unknown;
  final: unknown;
  headSha256: string;
  labels: { key: string; name: string }[];
  versionNumber: number;
  digest: string;
  datasetId: string;
  datasetName: string;
  encoderId: string;
  revision: string;
  preprocessing: string;
  precision: Precision;
  dimension: number;
  /** of the embedding set, whatever the run makes of them */
  tokens: TokensOfSpace;
}

/** @returns undefined unless the run has succeeded */
export async function manifestRow(sql: Sql, runId: string): Promise<ManifestRow | undefined> {
  const [row] = await sql.query<ManifestRow>(
    `select r.config, r.seed, r.fold, r.thresholds, r.best, r.final, encode(r.head_sha256, 'hex') as "headSha256",
       v.labels, v.number as "versionNumber", encode(v.digest, 'hex') as digest, d.id as "datasetId", d.name as "datasetName",
       sp.encoder_id as "encoderId", sp.revision, sp.preprocessing, sp.precision, sp.dimension, sp.tokens
     from runs r
     join dataset_versions v on v.id = r.version_id
     join datasets d on d.id = v.dataset_id
     join embedding_sets s on s.id = r.set_id
     join embedding_spaces sp on sp.id = s.space_id
     where r.id = $1 and r.status = 'SUCCEEDED'`,
    [runId],
  );
  return row;
}

export async function runFiles(
  sql: Sql,
  runId: string,
): Promise<{ status: JobStatus; versionId: string; scoresSha256: string | null } | undefined> {
  const [row] = await sql.query<{
    status: JobStatus;
    versionId: string;
    scoresSha256: string | null;
  }>(
    `select status, version_id as "versionId", encode(scores_sha256, 'hex') as "scoresSha256"
     from runs where id = $1`,
    [runId],
  );
  return row;
}
