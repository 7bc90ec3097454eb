import { add, mul, neg, softplus, sub } from '../../graph/build.js';
import { boolean } from '../options.js';
import { labelSmoothing, smoothTargets } from './label-smoothing.js';
import { defineLoss } from './loss.js';
import { positiveWeights } from './positive-weights.js';

/**
 * Binary cross-entropy of logits: −[w·y·log σ(s) + (1 − y)·log(1 − σ(s))], written with softplus so that it stays finite:
 * without weights it is softplus(s) − y·s.
 */
export const bce = defineLoss({
  options: { positiveWeights: boolean(false), labelSmoothing },
  build: ({ logits, targets: hard, statistics }, options) => {
    const targets = smoothTargets(hard, options.labelSmoothing);
    if (!options.positiveWeights) return sub(softplus(logits), mul(targets, logits));
    const positive = mul(mul(targets, positiveWeights(statistics)), softplus(neg(logits)));
    return add(positive, mul(sub(1, targets), softplus(logits)));
  },
});
