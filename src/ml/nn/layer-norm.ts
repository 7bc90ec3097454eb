import { add, div, mul, reduceMean, sqrt, sub } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Scope } from './scope.js';

const EPSILON = 1e-5;

/** Normalises `x` `[…, H]` over its last axis, then scales and shifts (Ba et al. 2016, 1607.06450). */
export function layerNorm(scope: Scope, name: string, x: Node): Node {
  const axis = x.shape.length - 1;
  const shape = [x.shape[axis] as number];
  const scale = scope.parameter(`${name}.scale`, shape, { kind: 'ones' }, { decay: false });
  const shift = scope.parameter(`${name}.shift`, shape, { kind: 'zeros' }, { decay: false });
  const centered = sub(x, reduceMean(x, [axis], true));
  const variance = reduceMean(mul(centered, centered), [axis], true);
  const normalized = div(centered, sqrt(add(variance, EPSILON)));
  return add(mul(normalized, scale), shift);
}
