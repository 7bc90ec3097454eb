import type { RunConfig } from '../ml/train/run-config.js';
import { drawCells } from './draw-cells.js';
import { type Axes, combine } from './experiment-axes.js';
import type { Search } from './search.js';

/** The configuration of every cell that an experiment begins with. @throws BAD_USER_INPUT where there are not so many */
export function cellsOf(base: RunConfig, axes: Axes, search: Search): RunConfig[] {
  return search ? drawCells(base, axes, search) : combine(base, axes);
}
