import { add, concat, mul, reshape, slice } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { linearLayer } from './linear-layer.js';
import type { Scope } from './scope.js';

/**
 * Cuts features `[B, D]` into `tokens` pieces of equal length and projects each, by one linear layer for all, to a token:
 * `[B, T, width]`. Where T does not divide D, a linear layer brings the features to the next multiple first.
 */
export function featureTokens(
  scope: Scope,
  name: string,
  features: Node,
  tokens: number,
  width: number,
): Node {
  const [batch, dimension] = features.shape as [number | string, number];
  const piece = Math.ceil(dimension / tokens);
  const whole =
    dimension === tokens * piece
      ? features
      : linearLayer(scope, `${name}.fit`, features, tokens * piece);
  return linearLayer(scope, `${name}.embed`, reshape(whole, [batch, tokens, piece]), width);
}

/** Adds a learned vector to each of the tokens `x` `[B, T, W]`, by which attention can tell them apart. */
export function withPositions(scope: Scope, name: string, x: Node): Node {
  const shape = x.shape.slice(1) as number[];
  const initializer = { kind: 'uniformFanIn', fanIn: shape[1]! } as const;
  return add(x, scope.parameter(name, shape, initializer, { decay: false }));
}

/**
 * A token of zeros in front of `x` `[B, T, W]`: `[B, T + 1, W]`. With its position added it is a learned [CLS] token (Devlin
 * et al. 2019, 1810.04805). It is made of the first token because the batch may be symbolic, to which nothing expands.
 */
export function withEmptyToken(x: Node): Node {
  return concat([mul(slice(x, 1, 0, 1), 0), x], 1);
}
