import { manifestOfVersion } from '../db/registry.queries.js';
import type { Sql } from '../db/sql.js';
import { findThresholdSet } from '../db/threshold-sets.queries.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { OperatingPoint } from '../ml/metrics/operating-point.js';
import { type ModelManifest, manifestOfRun } from './model-manifest.js';
import { type ResolvedModel, resolveModelRef } from './resolve-model-ref.js';

/**
 * The reference is resolved once: an alias that moves meanwhile cannot give one version's thresholds to another.
 *
 * @param ref "name/3", "name@alias", "name@latest" or "run:<id>"
 * @param thresholdSet of the version that `ref` names; null for the model's own thresholds, on scores as they are
 * @throws NOT_FOUND for a threshold set that the model has not; a run by itself has none
 */
export async function resolveOperatingPoint(
  sql: Sql,
  ref: string,
  thresholdSet: string | null,
): Promise<
  { resolved: ResolvedModel; manifest: ModelManifest; point: OperatingPoint } | undefined
> {
  const resolved = await resolveModelRef(sql, ref);
  const manifest = resolved && (await manifestOf(sql, resolved));
  if (!manifest) return undefined;
  if (thresholdSet === null) {
    return {
      resolved,
      manifest,
      point: { thresholds: manifest.thresholds, calibration: null, topK: null },
    };
  }
  const set =
    resolved.kind === 'version'
      ? await findThresholdSet(sql, resolved.versionId, thresholdSet)
      : undefined;
  if (set) return { resolved, manifest, point: set.point as OperatingPoint };
  throw new ClipwrightError(
    'NOT_FOUND',
    `Model ${JSON.stringify(ref.slice(0, 160))} has no threshold set ${JSON.stringify(thresholdSet.slice(0, 80))}.`,
  );
}

async function manifestOf(sql: Sql, resolved: ResolvedModel): Promise<ModelManifest | undefined> {
  if (resolved.kind === 'run') return manifestOfRun(sql, resolved.runId);
  return (await manifestOfVersion(sql, resolved.versionId)) as ModelManifest | undefined;
}
