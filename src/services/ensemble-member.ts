import { runFiles } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { manifestOfRun, type RunManifest } from './model-manifest.js';

/** A run that has succeeded, with what an ensemble takes of it. */
export interface EnsembleMember {
  runId: string;
  /** the dataset version's id */
  versionId: string;
  manifest: RunManifest;
  scoresSha256: string;
}

/** @throws NOT_FOUND; CONFLICT where it has not succeeded */
export async function ensembleMember(sql: Sql, runId: string): Promise<EnsembleMember> {
  const files = await runFiles(sql, runId);
  if (!files) throw new ClipwrightError('NOT_FOUND', `There is no run ${runId}.`);
  const { versionId, scoresSha256, status } = files;
  const manifest = await manifestOfRun(sql, runId);
  if (manifest && scoresSha256) return { runId, versionId, manifest, scoresSha256 };
  throw new ClipwrightError(
    'CONFLICT',
    `Only runs that have SUCCEEDED can be members; run ${runId} is ${status}.`,
  );
}
