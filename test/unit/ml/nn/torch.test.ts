import { describe, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import { constant, input, mul, reduceMean, reduceSum } from '../../../../src/ml/graph/build.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../src/ml/interpret/value.js';
import { ACTIVATIONS, type Activation } from '../../../../src/ml/nn/activations.js';
import { knownLabels } from '../../../../src/ml/nn/known-labels.js';
import { layerNorm } from '../../../../src/ml/nn/layer-norm.js';
import { buildLoss, LOSSES } from '../../../../src/ml/nn/losses/table.js';
import { Scope } from '../../../../src/ml/nn/scope.js';
import { fillVariant } from '../../../../src/ml/nn/variant.js';
import { expectClose } from '../../../support/ml/close.js';
import { torchFixture } from '../../../support/ml/torch-fixture.js';

const EXACT = { absolute: 1e-12, relative: 1e-10 };

describe('losses equal PyTorch', () => {
  const { logits: x, targets, weights, cases } = torchFixture.losses;
  it.each(cases)('$config', ({ config, each, gradient }) => {
    const logits = input('logits', [6, 4]);
    const loss = buildLoss(
      {
        logits,
        ...knownLabels(constant(targets, [6, 4])),
        rowWeights: constant(1 / 24, [6, 1]),
        // Negatives ÷ positives are then the recorded weights.
        statistics: { positives: weights.map(() => 1), negatives: weights },
      },
      fillVariant('loss', LOSSES, config, 'BCE'),
    );
    const grad = gradients(reduceMean(loss, [0, 1]), [logits])[0]!;
    const result = interpret({ outputs: { loss, grad } }, { logits: makeValue(x, [6, 4]) });
    expectClose(result.loss.data, each, EXACT);
    expectClose(result.grad.data, gradient, EXACT);
  });
});

describe('activations equal PyTorch', () => {
  it.each(Object.keys(ACTIVATIONS) as Activation[])('%s', (name) => {
    const { points } = torchFixture.activations;
    const recorded = torchFixture.activations[name];
    const x = input('x', [points.length]);
    const y = ACTIVATIONS[name](x);
    const grad = gradients(reduceSum(y, [0]), [x])[0]!;
    const result = interpret({ outputs: { y, grad } }, { x: makeValue(points, [points.length]) });
    expectClose(result.y.data, recorded.values, EXACT);
    expectClose(result.grad.data, recorded.gradient, EXACT);
  });
});

describe('layer norm', () => {
  it('equals PyTorch', () => {
    const recorded = torchFixture.layerNorm;
    const x = input('x', [3, 5]);
    const y = layerNorm(new Scope(null), 'norm', x);
    const factors = constant([...Array(15).keys()], [3, 5]);
    const grad = gradients(reduceSum(mul(y, factors), [0, 1]), [x])[0]!;
    const feeds = {
      x: makeValue(recorded.x, [3, 5]),
      'norm.scale': makeValue(recorded.scale, [5]),
      'norm.shift': makeValue(recorded.shift, [5]),
    };
    const result = interpret({ outputs: { y, grad } }, feeds);
    expectClose(result.y.data, recorded.values, EXACT);
    expectClose(result.grad.data, recorded.gradient, { absolute: 1e-11, relative: 1e-9 });
  });
});
