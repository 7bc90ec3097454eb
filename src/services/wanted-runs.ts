import type { WantedRun } from '../db/experiment-lifecycle.queries.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { runManifest } from './run-manifest.js';
import type { Search } from './search.js';

/**
 * Every cell at every seed, in the order in which they are run: seed after seed, so that all cells can be compared before
 * any is repeated. In successive halving cell after cell: only one that has all of its runs can go up.
 */
export function wantedRunsOf(
  {
    cells,
    seeds,
    search,
  }: { cells: readonly RunConfig[]; seeds: readonly number[]; search: Search },
  place: { versionId: string; setId: string },
): WantedRun[] {
  const bySeed = search?.kind !== 'HALVING';
  return seeds.flatMap((seed, round) =>
    cells.map((config, cell) => ({
      position: bySeed ? round * cells.length + cell : cell * seeds.length + round,
      cell,
      rung: 0,
      promotedFrom: null,
      seed,
      config,
      manifest: runManifest({ ...place, config, seed, fold: null }),
    })),
  );
}
