import type { Node } from '../../graph/node.js';
import type { Options } from '../options.js';
import type { ConfigOf } from '../variant.js';
import { asymmetric } from './asymmetric.js';
import { bce } from './bce.js';
import type { Loss, LossInputs } from './loss.js';

/** Every loss by its name in the API. */
export const LOSSES = { BCE: bce, ASYMMETRIC: asymmetric } as const;
export type LossKind = keyof typeof LOSSES;
export type LossConfig = ConfigOf<typeof LOSSES>;

/** `[B, L]`, `[B, 1]` or `[]`: see `Loss`. */
export function buildLoss(inputs: LossInputs, config: LossConfig): Node {
  const loss: Loss<Options> = LOSSES[config.kind];
  return loss.build(inputs, config);
}
