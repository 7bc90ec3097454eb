import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import { Rng } from '../../../../src/ml/data/rng.js';
import { constant, input, mul, reduceSum } from '../../../../src/ml/graph/build.js';
import type { Node } from '../../../../src/ml/graph/node.js';
import { sizeOf } from '../../../../src/ml/graph/shape.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue, type Value } from '../../../../src/ml/interpret/value.js';
import {
  buildFusion,
  FUSIONS,
  IN_ENCODER_SPACE,
  WITHOUT_PARAMETERS,
} from '../../../../src/ml/nn/fusions/table.js';
import { initialize } from '../../../../src/ml/nn/initializer.js';
import { Scope } from '../../../../src/ml/nn/scope.js';
import { fillVariant } from '../../../../src/ml/nn/variant.js';
import { expectClose } from '../../../support/ml/close.js';

interface RecordedFusion {
  config: { kind: string };
  inputs: Record<string, { shape: [number, number]; values: number[]; gradient: number[] }>;
  feature: number[];
}

/** Recorded by tools/fixtures/torch_fusions.py. */
const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/torch/fusions.json', import.meta.url), 'utf8'),
) as { cases: RecordedFusion[] };

/** The feature that the fusion puts a head on. */
function featureOf(scope: Scope, image: Node, text: Node, config: unknown): Node {
  const filled = fillVariant('fusion', FUSIONS, config, 'CONCAT');
  return buildFusion(scope, { image, text }, (_, features) => features, filled);
}

describe('fusions equal PyTorch, with the gradient by every input and parameter', () => {
  it.each(cases)('$config', ({ config, inputs, feature: expected }) => {
    const scope = new Scope(null);
    const image = input('image', inputs.image!.shape);
    const text = input('text', inputs.text!.shape);
    const feature = featureOf(scope, image, text, config);
    const weights = constant(
      expected.map((_, at) => at + 1),
      feature.shape as number[],
    );
    const by: Record<string, Node> = { image, text };
    for (const { name, node } of scope.parameters) by[name] = node;
    expect(Object.keys(by).sort()).toEqual(Object.keys(inputs).sort());

    const grads = gradients(reduceSum(mul(feature, weights), [0, 1]), Object.values(by));
    const outputs: Record<string, Node> = { feature };
    Object.keys(by).forEach((name, i) => {
      outputs[name] = grads[i]!;
    });
    const feeds = Object.entries(inputs).map(([name, { shape, values }]) => {
      return [name, makeValue(values, shape)] as const;
    });
    const result = interpret({ outputs }, Object.fromEntries(feeds));
    // PyTorch's signed root has no epsilon.
    const exact = config.kind !== 'MFB';
    const tolerance = exact
      ? { absolute: 1e-11, relative: 1e-10 }
      : { absolute: 2e-5, relative: 2e-5 };
    expectClose(result.feature!.data, expected, tolerance, 'feature');
    for (const [name, { gradient }] of Object.entries(inputs)) {
      expectClose(result[name]!.data, gradient, tolerance, name);
    }
  });
});

describe('a late fusion', () => {
  it('gives the logit of the mixture of both probabilities', () => {
    const image = input('image', [5, 2]);
    const text = input('text', [5, 2]);
    const logits = featureOf(new Scope(null), image, text, { kind: 'LATE' });
    const s = [-30, 2, 0.5, -1, 8, -8, 3, 3, 0, 20];
    const t = [30, 1, -0.5, 4, -8, -9, 3, -2, 0, -20];
    const a = [0.7, -1.2];
    const result = interpret(
      { outputs: { logits } },
      {
        image: makeValue(s, [5, 2]),
        text: makeValue(t, [5, 2]),
        'fusion.weight': makeValue(a, [2]),
      },
    );
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const mixture = s.map((_, at) => {
      const w = sigmoid(a[at % 2]!);
      return w * sigmoid(s[at]!) + (1 - w) * sigmoid(t[at]!);
    });
    expectClose(result.logits.data.map(sigmoid), mixture, { absolute: 1e-13, relative: 1e-11 });
  });
});

describe('a fusion refuses', () => {
  const build = (image: number, text: number, config: unknown) => () =>
    featureOf(new Scope(null), input('image', [2, image]), input('text', [2, text]), config);

  it.each(['SUM', 'MEAN', 'MAX', 'WEIGHTED_SUM', 'INTERACTION'])(
    'embeddings of two dimensions where it needs one: %s',
    (kind) => {
      expect(build(6, 4, { kind })).toThrow(
        'expected dimension 6, which image has, for `text` but received 4',
      );
    },
  );

  it('tokens that do not fill the embeddings, and heads that do not fill the tokens', () => {
    const kind = 'CROSS_ATTENTION';
    expect(build(8, 6, { kind, tokenWidth: 4, heads: 2 })).toThrow(
      "expected a divisor of the text embedding's dimension 6 for `fusion.tokenWidth` but received 4",
    );
    expect(build(8, 8, { kind, tokenWidth: 4, heads: 3 })).toThrow(
      'expected a divisor of the token width 4 for `fusion.heads` but received 3',
    );
  });
});

describe('what heads without training and heads that compare with texts rely on', () => {
  const KINDS = Object.keys(FUSIONS) as (keyof typeof FUSIONS)[];
  const DIMENSION = 128; // a multiple of what the defaults of all kinds ask for
  const image = input('image', [1, DIMENSION]);
  const text = input('text', [1, DIMENSION]);

  it('is which fusions have parameters', () => {
    const free = KINDS.filter((kind) => {
      const scope = new Scope(null);
      featureOf(scope, image, text, { kind });
      return scope.parameters.length === 0;
    });
    expect(free).toEqual(WITHOUT_PARAMETERS);
  });

  it('is which fusions leave embeddings in their space: of one and the same they make its direction', () => {
    const rng = Rng.fromSeed(3);
    const values = Array.from({ length: DIMENSION }, () => rng.uniform() - 0.5);
    const kept = KINDS.filter((kind) => {
      const scope = new Scope(null);
      const feature = featureOf(scope, image, text, { kind });
      if (feature.shape[1] !== DIMENSION) return false;
      const feeds: Record<string, Value> = {};
      for (const name of ['image', 'text']) feeds[name] = makeValue(values, [1, DIMENSION]);
      for (const { name, shape, initializer } of scope.parameters) {
        const nudged = Float64Array.from(
          initialize(initializer, sizeOf(shape), rng),
          (x) => x + 0.3 * rng.uniform(),
        );
        feeds[name] = makeValue(nudged, shape);
      }
      const { data } = interpret({ outputs: { feature } }, feeds).feature!;
      const dot = values.reduce((sum, x, i) => sum + x * data[i]!, 0);
      return dot / (Math.hypot(...values) * Math.hypot(...data)) > 0.9999;
    });
    expect(kept).toEqual(IN_ENCODER_SPACE);
  });
});
