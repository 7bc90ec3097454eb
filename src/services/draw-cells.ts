import { badUserInput } from '../errors/bad-user-input.js';
import { Rng } from '../ml/data/rng.js';
import type { RunConfig } from '../ml/train/run-config.js';
import { type Cell, cellKey } from './cell.js';
import { AXES, AXIS_NAMES, type Axes } from './experiment-axes.js';
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
  numEncoders: number,
  { cells, ranges, seed }: RandomSearch | HalvingSearch,
): Cell[] {
  const rng = Rng.fromSeed(seed);
  const drawn = new Map<string, Cell>();
  for (let misses = 0; drawn.size < cells; ) {
    const values = AXIS_NAMES.map((axis) => [AXES[axis], axes[axis][rng.below(axes[axis].length)]]);
    let config: RunConfig = { ...base, ...Object.fromEntries(values) };
    for (const range of ranges) {
      config = withOption(config, range.option, drawFromRange(range, rng));
    }
    // The draws of a seed stay what they were before there was this axis.
    const encoder = numEncoders > 1 ? rng.below(numEncoders) : 0;
    const cell = { config: settleCell(config), encoder };
    const key = cellKey(cell);
    if (!drawn.has(key)) {
      drawn.set(key, cell);
      misses = 0;
    } else if (++misses > PATIENCE * cells) {
      throw badUserInput(
        `expected at most ${drawn.size} for \`search.cells\`, as many as axes and ranges have, but received ${cells}`,
      );
    }
  }
  return [...drawn.values()];
}
