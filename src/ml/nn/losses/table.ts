import { mul } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import type { Options } from '../options.js';
import type { ConfigOf } from '../variant.js';
import { asymmetric } from './asymmetric.js';
import { bce } from './bce.js';
import { distributionBalanced } from './distribution-balanced.js';
import { focal } from './focal.js';
import { hill } from './hill.js';
import type { Loss, LossInputs } from './loss.js';
import { lsep } from './lsep.js';
import { partialBce } from './partial-bce.js';
import { softF1 } from './soft-f1.js';
import { twoWay } from './two-way.js';
import { zlpr } from './zlpr.js';

/** Every loss by its name in the API. */
export const LOSSES = {
  BCE: bce,
  ASYMMETRIC: asymmetric,
  FOCAL: focal,
  DISTRIBUTION_BALANCED: distributionBalanced,
  HILL: hill,
  ZLPR: zlpr,
  LSEP: lsep,
  TWO_WAY: twoWay,
  SOFT_F1: softF1,
  PARTIAL_BCE: partialBce,
} as const;
export type LossKind = keyof typeof LOSSES;
export type LossConfig = ConfigOf<typeof LOSSES>;

/** `[B, L]`, 0 where the label is unknown, `[B, 1]` or `[]`: see `Loss`. */
export function buildLoss(inputs: LossInputs, config: LossConfig): Node {
  const loss: Loss<Options> = LOSSES[config.kind];
  const { known, logits } = inputs;
  const built = loss.build(inputs, config);
  return known && built.shape[1] === logits.shape[1] ? mul(built, known) : built;
}
