import { describe, expect, it } from 'vitest';
import { GRADIENT_RULES } from '../../../src/ml/autodiff/rules.js';
import { exp, input, mul } from '../../../src/ml/graph/build.js';
import { expectClose } from '../../support/ml/close.js';
import { expectGradients, weighedSum } from '../../support/ml/finite-differences.js';
import { randomValue } from '../../support/ml/random.js';

const TIGHT = { absolute: 1e-9, relative: 1e-6 };

describe('expectClose', () => {
  it('accepts what is equal, near, or the same special value', () => {
    expectClose([1, 1 + 1e-7, Number.NaN, -Infinity], [1, 1, Number.NaN, -Infinity], TIGHT);
  });
  it.each([
    ['a difference', [1.1], [1]],
    ['a small difference near zero', [1e-8], [0]],
    ['NaN for a number', [Number.NaN], [1]],
    ['a number for NaN', [1], [Number.NaN]],
    ['infinity for a number', [Infinity], [1e300]],
    ['a number for infinity', [1e300], [Infinity]],
    ['the other infinity', [-Infinity], [Infinity]],
    ['a missing element', [1], [1, 2]],
  ])('rejects %s', (_, actual, expected) => {
    expect(() => expectClose(actual, expected, TIGHT)).toThrow('expected');
  });
});

describe('expectGradients', () => {
  it.each([
    ['a gradient that is 1 % too large', 1.01],
    ['a gradient that is 10^-5 too small', 1 - 1e-5],
    ['a gradient of the wrong sign', -1],
  ])('rejects %s', (_, factor) => {
    const rules = GRADIENT_RULES as { exp: unknown };
    const honest = rules.exp;
    rules.exp = (node: never, gradOut: never) => [mul(mul(gradOut, node), factor)];
    try {
      const x = input('x', [3]);
      const check = () => expectGradients(weighedSum(exp(x)), [x], { x: randomValue([3], 1) });
      expect(check).toThrow('d loss / d x[0]');
    } finally {
      rules.exp = honest;
    }
  });
});
