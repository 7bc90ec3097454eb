import { add } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { ACTIVATIONS, type Activation } from '../activations.js';
import { batchNorm } from '../batch-norm.js';
import { layerNorm } from '../layer-norm.js';
import { linearLayer } from '../linear-layer.js';
import { badInput, boolean, integers, number, oneOf } from '../options.js';
import type { Scope } from '../scope.js';
import { defineHead } from './head.js';

const KINDS = Object.keys(ACTIVATIONS) as Activation[];

/**
 * Hidden layers, each linear → LayerNorm or BatchNorm (if asked) → activation → dropout, then a linear output. `residual` adds to each
 * hidden layer what went into it.
 */
export const mlp = defineHead({
  options: {
    hidden: integers({ min: 1, max: 16 }, { min: 1, max: 16384 }, [512]),
    activation: oneOf(KINDS, 'GELU'),
    dropout: number({ min: 0, max: 1, belowMax: true }, 0.2),
    layerNorm: boolean(false),
    batchNorm: boolean(false),
    residual: boolean(false),
  },
  check: ({ layerNorm, batchNorm }, name) => {
    if (layerNorm && batchNorm) {
      throw badInput('false, with layerNorm,', `${name}.batchNorm`, batchNorm);
    }
  },
  build: (scope, features, numLabels, options) => {
    let x = features;
    options.hidden.forEach((width, layer) => {
      const name = `head.hidden${layer}`;
      const before = x;
      // BatchNorm would take a bias off again.
      x = linearLayer(scope, name, x, width, { bias: !options.batchNorm });
      if (options.layerNorm) x = layerNorm(scope, `${name}.norm`, x);
      if (options.batchNorm) x = batchNorm(scope, `${name}.norm`, x);
      x = ACTIVATIONS[options.activation](x);
      x = scope.dropout(`${name}.mask`, x, options.dropout);
      if (options.residual) x = add(x, shortcut(scope, `${name}.shortcut`, before, width));
    });
    return linearLayer(scope, 'head.output', x, numLabels);
  },
});

/** `x` `[B, D]` itself where it has the width, otherwise projected to it (He et al. 2015, 1512.03385, equation 2). */
function shortcut(scope: Scope, name: string, x: Node, width: number): Node {
  return x.shape[1] === width ? x : linearLayer(scope, name, x, width, { bias: false });
}
