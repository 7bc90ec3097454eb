import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import { GRADIENT_RULES } from '../../../../src/ml/autodiff/rules.js';
import {
  add,
  constant,
  exp,
  gather,
  greater,
  input,
  mul,
  relu,
  where,
} from '../../../../src/ml/graph/build.js';
import type { Node } from '../../../../src/ml/graph/node.js';
import { OPS } from '../../../../src/ml/graph/op.js';
import { topologicalOrder } from '../../../../src/ml/graph/walk.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../src/ml/interpret/value.js';
import { expectGradients, weighedSum } from '../../../support/ml/finite-differences.js';
import { instantiate, OP_CASES } from '../../../support/ml/op-cases.js';

describe.each(OPS)('the gradient of %s', (op) => {
  const rows = OP_CASES[op].filter(({ differentiable }) => differentiable.length > 0);
  it.each(rows)('equals finite differences: $name', (row) => {
    const { nodes, feeds } = instantiate(row);
    const loss = weighedSum(row.build(...nodes));
    expectGradients(
      loss,
      row.differentiable.map((index) => nodes[index]!),
      feeds,
    );
  });
  it('is checked, or is none', () => {
    const undefinedRules = ['cast', 'greater', 'gather'];
    expect(rows.length > 0).toBe(!undefinedRules.includes(op));
  });
});

describe('gradients', () => {
  it('add up where a value is used several times', () => {
    const x = input('x', []);
    const loss = add(mul(x, x), mul(mul(x, x), x));
    expectGradients(loss, [x], { x: makeValue([1.5], []) });
  });

  it('are zero at the edge of relu', () => {
    const x = input('x', []);
    const [gradient] = gradients(relu(x), [x]);
    const result = interpret({ outputs: { gradient: gradient! } }, { x: makeValue([0], []) });
    expect(result.gradient.data[0]).toBe(0);
  });

  it('need of relu its result alone, so that a product and its relu can be one op', () => {
    const x = input('x', []);
    const result = relu(x);
    const [gradient] = gradients(result, [x]);
    const users = topologicalOrder([gradient!]).filter(({ inputs }) => inputs.includes(x));
    expect(users).toEqual([result]);
  });

  it('do not depend on the depth of the graph', () => {
    const x = input('x', []);
    let y: Node = x;
    for (let i = 0; i < 20_000; i++) y = add(y, 1e-3);
    const [gradient] = gradients(y, [x]);
    expect(gradient).toBeDefined();
  });

  it('refuse a loss that is no scalar', () => {
    const x = input('x', [2]);
    expect(() => gradients(x, [x])).toThrow('expected a float32 scalar but received float32[2]');
  });

  it('refuse a parameter that the loss does not depend on', () => {
    const [x, y] = [input('x', []), input('y', [3])];
    expect(() => gradients(exp(x), [y])).toThrow('does not depend on float32[3]');
  });

  it('refuse a parameter that matters only through a comparison', () => {
    const x = input('x', []);
    expect(() => gradients(where(greater(x, 0), 1, 0), [x])).toThrow('does not depend on');
  });

  it('refuse an op without a derivative on the way, naming op and input', () => {
    const [x, rows] = [input('x', [3]), input('rows', [], 'int32')];
    expect(() => gradients(gather(x, rows), [x])).toThrow('gather: no derivative by input 0');
  });

  it('refuse a rule that returns another shape, naming op, input and both shapes', () => {
    const rules = GRADIENT_RULES as { exp: unknown };
    const honest = rules.exp;
    rules.exp = () => [constant(1, [3])];
    try {
      const x = input('x', []);
      expect(() => gradients(exp(x), [x])).toThrow(
        'exp: expected a gradient float32[] for input 0 but received float32[3]',
      );
    } finally {
      rules.exp = honest;
    }
  });
});
