import { ACTIVATIONS, type Activation } from '../activations.js';
import { layerNorm } from '../layer-norm.js';
import { linearLayer } from '../linear-layer.js';
import { boolean, integers, number, oneOf } from '../options.js';
import { defineHead } from './head.js';

const KINDS = Object.keys(ACTIVATIONS) as Activation[];

/** Hidden layers, each linear → LayerNorm (if asked) → activation → dropout, then a linear output. */
export const mlp = defineHead({
  options: {
    hidden: integers({ min: 1, max: 16 }, { min: 1, max: 16384 }, [512]),
    activation: oneOf(KINDS, 'GELU'),
    dropout: number({ min: 0, max: 1, belowMax: true }, 0.2),
    layerNorm: boolean(false),
  },
  build: (scope, features, numLabels, options) => {
    let x = features;
    options.hidden.forEach((width, layer) => {
      const name = `head.hidden${layer}`;
      x = linearLayer(scope, name, x, width);
      if (options.layerNorm) x = layerNorm(scope, `${name}.norm`, x);
      x = ACTIVATIONS[options.activation](x);
      x = scope.dropout(`${name}.mask`, x, options.dropout);
    });
    return linearLayer(scope, 'head.output', x, numLabels);
  },
});
