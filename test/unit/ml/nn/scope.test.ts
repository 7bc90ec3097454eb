import { describe, expect, it } from 'vitest';
import { input } from '../../../../src/ml/graph/build.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../src/ml/interpret/value.js';
import { Scope } from '../../../../src/ml/nn/scope.js';

const x = input('x', [2, 2]);

describe('a scope', () => {
  it('takes a parameter name once', () => {
    const scope = new Scope(null);
    const declare = () => scope.parameter('w', [2], { kind: 'zeros' }, { decay: true });
    declare();
    expect(declare).toThrow('expected one parameter named `w`');
  });

  it('drops out only while training, and keeps the expected value', () => {
    expect(new Scope(null).dropout('mask', x, 0.5)).toBe(x);
    expect(new Scope(2).dropout('mask', x, 0)).toBe(x);
    const scope = new Scope(2);
    const y = scope.dropout('mask', x, 0.2);
    expect(scope.masks).toEqual([{ name: 'mask', width: 2, keep: 0.8 }]);
    const feeds = { x: makeValue([1, 2, 3, 4], [2, 2]), mask: makeValue([1, 0, 0, 1], [2, 2]) };
    expect([...interpret({ outputs: { y } }, feeds).y.data]).toEqual([1.25, 0, 0, 5]);
  });
});
