import { badUserInput } from '../errors/bad-user-input.js';
import { Rng } from '../ml/data/rng.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { AXES, AXIS_NAMES, type Axes } from './experiment-axes.js';
import { canonicalJson } from './run-manifest.js';
import type { HalvingSearch, RandomSearch } from './search.js';
import { drawFromRange, withOption } from './search-ranges.js';
import { settleCell } from './settle-cell.js';

/** After this many draws for each cell that were all there already, there are no others. */
const PATIENCE = 20;

/**
 * Cells without repeats: of every axis one of its values, of every range one of its numbers, each with equal chances. The
 * cells of a smaller search are the first ones of a larger search from the same seed.
 * @throws BAD_USER_INPUT where there are not so many, and where a head is not for a fusion
 */
export function drawCells(
  base: RunConfig,
  axes: Axes,
  { cells, ranges, seed }: RandomSearch | HalvingSearch,
): RunConfig[] {
  const rng = Rng.fromSeed(seed);
  const drawn = new Map<string, RunConfig>();
  for (let misses = 0; drawn.size < cells; ) {
    const values = AXIS_NAMES.map((axis) => [AXES[axis], axes[axis][rng.below(axes[axis].length)]]);
    let cell: RunConfig = { ...base, ...Object.fromEntries(values) };
    for (const range of ranges) cell = withOption(cell, range.option, drawFromRange(range, rng));
    const settled = settleCell(cell);
    const key = canonicalJson(settled);
    if (!drawn.has(key)) {
      drawn.set(key, settled);
      misses = 0;
    } else if (++misses > PATIENCE * cells) {
      throw badUserInput(
        `expected at most ${drawn.size} for \`search.cells\`, as many as axes and ranges have, but received ${cells}`,
      );
    }
  }
  return [...drawn.values()];
}
