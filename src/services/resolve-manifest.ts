import { manifestOfVersion } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import { type ModelManifest, manifestOfRun } from './model-manifest.js';
import { resolveModelRef } from './resolve-model-ref.js';

/** @param ref "name/3", "name@alias", "name@latest" or "run:<id>" */
export async function resolveManifest(sql: Sql, ref: string): Promise<ModelManifest | undefined> {
  const resolved = await resolveModelRef(sql, ref);
  if (!resolved) return undefined;
  if (resolved.kind === 'run') return manifestOfRun(sql, resolved.runId);
  return (await manifestOfVersion(sql, resolved.versionId)) as ModelManifest | undefined;
}
