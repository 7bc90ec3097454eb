import { add, cast, div, greater, maximum, mul, reduceSum, sqrt, sub } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Scope } from './scope.js';

const EPSILON = 1e-5;
/** How much the batch counts in the running statistics. */
const MOMENTUM = 0.1;

/**
 * Normalises each coordinate of `x` `[B, H]` over the batch when training, by what was seen in training otherwise, then scales
 * and shifts (Ioffe and Szegedy 2015, 1502.03167, algorithms 1 and 2; numbers as PyTorch's `BatchNorm1d`: the batch's own
 * variance is divided by its size, the running one by one less). Rows that only fill the batch up count for nothing.
 */
export function batchNorm(scope: Scope, name: string, x: Node): Node {
  const shape = [x.shape[1] as number];
  const scale = scope.parameter(`${name}.scale`, shape, { kind: 'ones' }, { decay: false });
  const shift = scope.parameter(`${name}.shift`, shape, { kind: 'zeros' }, { decay: false });
  const shares = scope.rowShares;
  const batch = shares && batchStatistics(x, shares);
  const mean = scope.statistic(`${name}.mean`, shape, { kind: 'zeros' }, (before) =>
    batch ? moved(before, batch.mean) : before,
  );
  const variance = scope.statistic(`${name}.variance`, shape, { kind: 'ones' }, (before) =>
    batch ? moved(before, mul(batch.variance, batch.unbiased)) : before,
  );
  const by = batch ?? { mean, variance };
  const normalized = div(sub(x, by.mean), sqrt(add(by.variance, EPSILON)));
  return add(mul(normalized, scale), shift);
}

/** Of each coordinate over the rows that count, `[H]`; `unbiased`: n ÷ (n − 1). */
function batchStatistics(x: Node, shares: Node) {
  const mean = reduceSum(mul(x, shares), [0]);
  const centered = sub(x, mean);
  const variance = reduceSum(mul(mul(centered, centered), shares), [0]);
  const count = reduceSum(cast(greater(shares, 0), 'float32'), [0, 1]);
  return { mean, variance, unbiased: div(count, maximum(sub(count, 1), 1)) };
}

function moved(before: Node, now: Node): Node {
  return add(mul(before, 1 - MOMENTUM), mul(now, MOMENTUM));
}
