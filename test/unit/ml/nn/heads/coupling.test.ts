import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../../src/ml/autodiff/gradients.js';
import { Rng } from '../../../../../src/ml/data/rng.js';
import { constant, input, mul, reduceSum } from '../../../../../src/ml/graph/build.js';
import { sizeOf } from '../../../../../src/ml/graph/shape.js';
import { interpret } from '../../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../../src/ml/interpret/value.js';
import { coupleLabels } from '../../../../../src/ml/nn/heads/coupling.js';
import { initialize } from '../../../../../src/ml/nn/initializer.js';
import { Scope } from '../../../../../src/ml/nn/scope.js';

const LOGITS = [0.5, -2, 1, 3, 0, -1];
const logits = input('logits', [2, 3]);

/** `write`: every element of U; where left out it is as it starts. */
function coupled(write?: number) {
  const scope = new Scope(null);
  const result = coupleLabels(scope, logits, 2);
  const rng = Rng.fromSeed(1);
  const values = scope.parameters.map(({ name, shape, initializer }) => {
    const start = initialize(initializer, sizeOf(shape), rng);
    const moved = name.endsWith('write') && write !== undefined ? start.fill(write) : start;
    return [name, makeValue(moved, shape)];
  });
  const loss = reduceSum(mul(result, constant([1, 2, 3, 4, 5, 6], [2, 3])), [0, 1]);
  const nodes = scope.parameters.map(({ node }) => node);
  const [read, written] = gradients(loss, nodes) as [typeof loss, typeof loss];
  const feeds = { logits: makeValue(LOGITS, [2, 3]), ...Object.fromEntries(values) };
  return interpret({ outputs: { result, read, written } }, feeds);
}

describe('coupled labels', () => {
  it('are no others where the rank is 0', () => {
    const scope = new Scope(null);
    expect(coupleLabels(scope, logits, 0)).toBe(logits);
    expect(scope.parameters).toEqual([]);
  });

  it('start uncoupled, with a gradient by U', () => {
    const { result, read, written } = coupled();
    expect([...result.data]).toEqual(LOGITS);
    expect(written.data.every((x) => Math.abs(x) > 1e-3)).toBe(true);
    expect(read.data.every((x) => x === 0)).toBe(true);
  });

  it('have a gradient by V as soon as U has moved', () => {
    const { result, read } = coupled(0.01);
    expect([...result.data]).not.toEqual(LOGITS);
    expect(read.data.every((x) => Math.abs(x) > 1e-3)).toBe(true);
  });
});
