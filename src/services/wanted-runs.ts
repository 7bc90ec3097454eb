import type { WantedRun } from '../db/experiment-lifecycle.queries.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { runManifest } from './run-manifest.js';

/**
 * Every cell at every seed, in the order in which they are run: seed after seed, so that all cells can be compared before
 * any is repeated.
 */
export function wantedRunsOf(
  cells: readonly RunConfig[],
  seeds: readonly number[],
  place: { versionId: string; setId: string },
): WantedRun[] {
  return seeds.flatMap((seed, round) =>
    cells.map((config, cell) => ({
      position: round * cells.length + cell,
      cell,
      seed,
      config,
      manifest: runManifest({ ...place, config, seed }),
    })),
  );
}
