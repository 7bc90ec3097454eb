import type { RunConfig } from '../ml/train/run-config.js';
import { type Cell, cellKey } from './cell.js';
import { drawCells } from './draw-cells.js';
import { type Axes, combine } from './experiment-axes.js';
import type { Search } from './search.js';
import { settleCell } from './settle-cell.js';

/**
 * Every cell that an experiment begins with. Cells that differ only in what a head that is not trained has
 * no use for are one.
 * @param numEncoders how many values the axis of encoders has
 * @throws BAD_USER_INPUT where there are not so many, and where a head is not for a fusion
 */
export function cellsOf(base: RunConfig, axes: Axes, numEncoders: number, search: Search): Cell[] {
  if (search) return drawCells(base, axes, numEncoders, search);
  const configs = combine(base, axes).map((config) => settleCell(config));
  const cells = Array.from({ length: numEncoders }, (_, encoder) =>
    configs.map((config) => ({ config, encoder })),
  ).flat();
  return [...new Map(cells.map((cell) => [cellKey(cell), cell])).values()];
}
