import { add, mul, neg, sub } from '../../graph/build.js';
import { number } from '../options.js';
import { focalTerm } from './focal-term.js';
import { labelSmoothing, smoothTargets } from './label-smoothing.js';
import { defineLoss } from './loss.js';

/**
 * Focal loss (Lin et al. 2017, 1708.02002, equations 4 and 5): −α_t·(1 − p_t)^γ·log p_t, where α_t is `alpha` for a label
 * that is there and 1 − `alpha` for one that is not; without `alpha` both weigh 1.
 */
export const focal = defineLoss({
  options: {
    gamma: number({ min: 0, max: 10 }, 2),
    alpha: number({ min: 0, max: 1, aboveMin: true, belowMax: true }, null),
    labelSmoothing,
  },
  build: ({ logits, targets: hard }, { gamma, alpha, labelSmoothing }) => {
    const targets = smoothTargets(hard, labelSmoothing);
    const positive = mul(focalTerm(neg(logits), gamma), alpha ?? 1);
    const negative = mul(focalTerm(logits, gamma), alpha === null ? 1 : 1 - alpha);
    return add(mul(targets, positive), mul(sub(1, targets), negative));
  },
});
