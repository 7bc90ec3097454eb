import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../../src/ml/autodiff/gradients.js';
import { input, reduceSum } from '../../../../../src/ml/graph/build.js';
import type { Node } from '../../../../../src/ml/graph/node.js';
import { interpret } from '../../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../../src/ml/interpret/value.js';
import { cosine } from '../../../../../src/ml/nn/heads/cosine.js';
import { givenNodes } from '../../../../../src/ml/nn/heads/given.js';
import { Scope } from '../../../../../src/ml/nn/scope.js';

describe('the cosine head', () => {
  it('gives its bias, and a bounded gradient, where features and prototypes are zero', () => {
    const features = input('features', [2, 3]);
    const scope = new Scope(null);
    const logits = cosine.build(
      scope,
      features,
      2,
      { scale: 10, start: 'RANDOM', prompts: [], coupling: 0 },
      givenNodes({ numLabels: 2, dimension: 3, cached: 0, hasUnknowns: false }),
    );
    const nodes = [features, ...scope.parameters.map(({ node }) => node)];
    const found = gradients(reduceSum(logits, [0, 1]), nodes);
    const feeds = {
      features: makeValue([0, 0, 0, 3, 4, 0], [2, 3]),
      'head.prototypes': makeValue([0, 0, 0, 1, 0, 0], [2, 3]),
      'head.scale': makeValue([0], []),
      'head.bias': makeValue([0.5, -0.5], [2]),
    };
    const outputs: Record<string, Node> = {
      logits,
      ...Object.fromEntries(found.map((node, i) => [`${i}`, node])),
    };
    const { logits: values, ...grads } = interpret({ outputs }, feeds);
    [0.5, -0.5, 0.5, 5.5].forEach((expected, i) => {
      expect(values!.data[i]).toBeCloseTo(expected, 4);
    });
    for (const { data } of Object.values(grads)) {
      for (const x of data) expect(Math.abs(x)).toBeLessThan(1e5);
    }
  });
});
