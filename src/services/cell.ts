import type { RunConfig } from '../ml/train/run-config.js';
import { canonicalJson } from './run-manifest.js';

/** One combination of an experiment's axes. */
export interface Cell {
  readonly config: RunConfig;
  /** the place of its encoder on that axis */
  readonly encoder: number;
}

/** Different for different cells. */
export function cellKey({ config, encoder }: Cell): string {
  return `${encoder} ${canonicalJson(config)}`;
}
