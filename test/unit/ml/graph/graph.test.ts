import { describe, expect, it } from 'vitest';
import * as g from '../../../../src/ml/graph/build.js';
import { dedupe } from '../../../../src/ml/graph/dedupe.js';
import { nodesOf } from '../../../../src/ml/graph/graph.js';
import type { Node } from '../../../../src/ml/graph/node.js';
import { printGraph } from '../../../../src/ml/graph/print.js';
import { type StepGraph, verifyStep } from '../../../../src/ml/graph/step-graph.js';
import { verify } from '../../../../src/ml/graph/verify.js';

const x = g.input('x', ['N', 3]);
const w = g.input('w', [2, 3]);

describe('nodes', () => {
  it('cannot be changed', () => {
    expect(() => Object.assign(x, { shape: [1] })).toThrow();
    expect(() => (g.add(x, 1).inputs as Node[]).push(w)).toThrow();
  });

  it('carry symbolic sizes through', () => {
    const y = g.gemm(x, w, { transB: true, bias: g.input('b', [2]) });
    expect(y.shape).toEqual(['N', 2]);
    expect(g.reduceSum(y, [1]).shape).toEqual(['N']);
    expect(g.concat([x, x], 1).shape).toEqual(['N', 6]);
  });

  it.each([
    [
      'shapes that do not broadcast',
      () => g.add(x, g.input('y', [2])),
      'add: expected broadcastable shapes but received float32[N, 3], float32[2]',
    ],
    ['different symbols', () => g.add(x, g.input('y', ['M', 3])), 'broadcastable'],
    [
      'another dtype',
      () => g.exp(g.input('i', [], 'int32')),
      'exp: expected a float32 input but received int32[]',
    ],
    [
      'unequal inner dimensions',
      () => g.gemm(x, w),
      'gemm: expected equal inner dimensions of A·B but received float32[N, 3], float32[2, 3]',
    ],
    [
      'a bias that does not fit',
      () => g.gemm(x, w, { transB: true, bias: g.input('b', [3]) }),
      'gemm: expected a bias that broadcasts to [N, 2]',
    ],
    ['a condition that is none', () => g.where(x, x, x), 'where: expected a bool condition'],
    ['indices that are none', () => g.gather(w, x), 'gather: expected int32 or int64 indices'],
    [
      'an axis out of range',
      () => g.reduceSum(w, [2]),
      'reduceSum: expected an axis of 0 to 1, not 2,',
    ],
    ['an axis twice', () => g.reduceSum(w, [1, 1]), 'reduceSum: expected distinct axes'],
    [
      'a slice out of range',
      () => g.slice(w, 1, 2, 4),
      'slice: expected a static axis 1 that holds 2 … 4',
    ],
    ['a slice of a symbolic axis', () => g.slice(x, 0, 0, 1), 'slice: expected a static axis 0'],
    [
      'parts that do not fit',
      () => g.concat([w, g.input('y', [2, 4])], 0),
      'concat: expected one dtype, and equal shapes',
    ],
    ['too many elements', () => g.reshape(w, [7]), 'reshape: expected as many elements as [7] has'],
    [
      'a shape that cannot grow',
      () => g.broadcastTo(w, [2, 4]),
      'broadcastTo: expected a shape that broadcasts to [2, 4]',
    ],
    [
      'a tensor where a matrix is needed',
      () => g.transpose(g.input('y', [2])),
      'transpose: expected each of the axes [0] once in [1, 0]',
    ],
    [
      'too few values',
      () => g.constant([1, 2], [3]),
      'constant: expected 1 or 3 values for [3] but received 2',
    ],
  ])('refuse %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('building', () => {
  it('leaves out what changes nothing', () => {
    expect(g.mul(x, 1)).toBe(x);
    expect(g.mul(1, x)).toBe(x);
    expect(g.add(x, 0)).toBe(x);
    expect(g.sub(x, 0)).toBe(x);
    expect(g.broadcastTo(w, [2, 3])).toBe(w);
  });

  it('keeps a neutral element that changes the shape', () => {
    expect(g.mul(g.input('s', []), g.constant(1, [4])).shape).toEqual([4]);
  });

  it('takes neighbouring slices of one node from it as one, and only those', () => {
    const part = (from: number, to: number) => g.slice(x, 1, from, to);
    expect(g.concat([part(0, 1), part(1, 3)], 1)).toBe(x);
    const both = g.concat([part(1, 2), part(2, 3), x], 1);
    expect(both.inputs.map(({ op, shape }) => [op, shape])).toEqual([
      ['slice', ['N', 2]],
      ['input', ['N', 3]],
    ]);
    expect(g.concat([part(1, 3), part(0, 1)], 1).inputs).toHaveLength(2);
  });

  it('leaves out a broadcast that the other side implies, and only that', () => {
    const row = g.input('row', [3]);
    expect(g.mul(g.broadcastTo(row, [2, 3]), w).inputs[0]).toBe(row);
    expect(g.mul(g.broadcastTo(row, [2, 3]), row).shape).toEqual([2, 3]);
    const both = g.add(g.broadcastTo(row, [2, 3]), g.broadcastTo(row, [2, 3]));
    expect(both.shape).toEqual([2, 3]);
  });
});

describe('a graph', () => {
  it('is walked once per node, inputs first, however deep', () => {
    let y: Node = g.input('s', []);
    for (let i = 0; i < 100_000; i++) y = g.mul(y, y);
    const nodes = nodesOf({ outputs: { y } });
    expect(nodes).toHaveLength(100_001);
    expect(nodes.at(-1)).toBe(y);
  });

  it('prints', () => {
    const y = g.relu(g.gemm(x, w, { transB: true }));
    expect(printGraph({ outputs: { y } })).toBe(
      [
        '%0 = input() {name="x" shape=["N",3] dtype="float32"} : float32[N, 3]',
        '%1 = input() {name="w" shape=[2,3] dtype="float32"} : float32[2, 3]',
        '%2 = gemm(%0, %1) {transA=false transB=true} : float32[N, 2]',
        '%3 = relu(%2) : float32[N, 2]',
        'y = %3',
      ].join('\n'),
    );
  });

  it('is refused if two inputs share a name or a node lies about its shape', () => {
    const twin = g.input('x', ['N', 3]);
    expect(() => verify({ outputs: { y: g.add(x, twin) } })).toThrow('one input named `x`');
    const liar = { ...g.exp(w), shape: [9] };
    expect(() => verify({ outputs: { y: liar } })).toThrow(
      'exp: expected a result float32[2, 3] but received float32[9]',
    );
  });

  it('computes equal subexpressions once', () => {
    const y = g.add(g.mul(g.exp(w), 2), g.mul(g.exp(w), 2));
    const graph = dedupe({ outputs: { y, z: g.exp(w) } });
    expect(nodesOf(graph).map(({ op }) => op)).toEqual(['input', 'exp', 'constant', 'mul', 'add']);
  });
});

describe('a step graph', () => {
  const state = g.input('s', [2]);
  const step =
    (outputs: StepGraph['outputs'], states: string[], perStep: string[] = []) =>
    () =>
      verifyStep({ outputs, states, perStep });

  it.each([
    ['a state that is no input', step({ q: state }, ['q']), 'state `q`: expected an input'],
    [
      'a state that changes its shape',
      step({ s: g.slice(state, 0, 0, 1) }, ['s']),
      'state `s`: expected float32[2] after the step but received float32[1]',
    ],
    ['a per-step input that is none', step({ s: state }, ['s'], ['q']), 'per-step input `q`'],
  ])('is refused with %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
