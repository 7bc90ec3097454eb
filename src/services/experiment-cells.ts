import type { RunConfig } from '../ml/train/run-config.js';
import { drawCells } from './draw-cells.js';
import { type Axes, combine } from './experiment-axes.js';
import { canonicalJson } from './run-manifest.js';
import type { Search } from './search.js';
import { settleCell } from './settle-cell.js';

/**
 * The configuration of every cell that an experiment begins with. Cells that differ only in what a head that is not trained has
 * no use for are one.
 * @throws BAD_USER_INPUT where there are not so many, and where a head is not for a fusion
 */
export function cellsOf(base: RunConfig, axes: Axes, search: Search): RunConfig[] {
  if (search) return drawCells(base, axes, search);
  const cells = combine(base, axes).map((cell) => settleCell(cell));
  return [...new Map(cells.map((cell) => [canonicalJson(cell), cell])).values()];
}
