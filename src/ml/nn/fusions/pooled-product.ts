import { mul, reduceSum, reshape } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { linearLayer } from '../linear-layer.js';
import type { Scope } from '../scope.js';
import type { JointEmbeds } from './stand-in.js';

/**
 * Σ_k (U_k·v) ⊙ (V_k·t) over `terms` pairs of linear layers of `width`: `[B, width]`, each coordinate a bilinear form of
 * rank `terms`. Row k·width + i of a weight belongs to pair k and coordinate i.
 */
export function pooledProduct(
  scope: Scope,
  { image, text }: JointEmbeds,
  { terms, width }: { readonly terms: number; readonly width: number },
): Node {
  const left = linearLayer(scope, 'fusion.image', image, terms * width);
  const right = linearLayer(scope, 'fusion.text', text, terms * width);
  return reduceSum(reshape(mul(left, right), [image.shape[0]!, terms, width]), [1]);
}
