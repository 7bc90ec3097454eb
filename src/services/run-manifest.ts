import type { Fold } from '../ml/data/fold-splits.js';
import type { RunConfig } from '../ml/train/run-config.js';
import type { Sha256 } from '../storage/blob-store.js';
import { sha256Of } from '../storage/sha256.js';

/** All that a run is made from. */
export interface RunOrigin {
  versionId: string;
  setId: string;
  config: RunConfig;
  seed: number;
  /** null: the splits are the version's, and not named, as before there were folds */
  fold: Fold | null;
}

/**
 * SHA-256 over all that a run is made from: two runs of one manifest are the same training, so one that has SUCCEEDED
 * need not be repeated. Versions and complete embedding sets never change, so their ids stand for them.
 */
export function runManifest({ versionId, setId, config, seed, fold }: RunOrigin): Sha256 {
  const origin = { versionId, setId, config, seed, ...(fold && { fold }) };
  const text = `clipwright run 1\n${canonicalJson(origin)}`;
  return sha256Of(text);
}

/** JSON with the keys of every object in code-unit order: the database keeps no order of its own. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
