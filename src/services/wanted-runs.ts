import type { WantedRun } from '../db/wanted-runs.queries.js';
import type { Cell } from './cell.js';
import { type Repeated, repeatsOf } from './experiment-folds.js';
import { runManifest } from './run-manifest.js';
import type { Search } from './search.js';

/**
 * Every cell at every seed and fold, in the order in which they are run: seed after seed, fold after fold, so that all cells can be compared before
 * any is repeated. In successive halving cell after cell: only one that has all of its runs can go up.
 */
export function wantedRunsOf(
  wanted: Repeated & { cells: readonly Cell[]; search: Search },
  place: { versionId: string; setIds: readonly string[] },
): WantedRun[] {
  const { cells, search } = wanted;
  const repeats = repeatsOf(wanted);
  const byRound = search?.kind !== 'HALVING';
  return repeats.flatMap(({ seed, fold }, round) =>
    cells.map(({ config, encoder }, cell) => ({
      position: byRound ? round * cells.length + cell : cell * repeats.length + round,
      cell,
      rung: 0,
      promotedFrom: null,
      seed,
      fold: fold?.index ?? 0,
      encoder,
      config,
      manifest: runManifest({
        versionId: place.versionId,
        setId: place.setIds[encoder]!,
        config,
        seed,
        fold,
      }),
    })),
  );
}
