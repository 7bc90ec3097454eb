import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import * as g from '../../../../src/ml/graph/build.js';
import { dedupe } from '../../../../src/ml/graph/dedupe.js';
import { type Graph, nodesOf } from '../../../../src/ml/graph/graph.js';
import { layOut } from '../../../../src/ml/graph/layout/lay-out.js';
import { isOp, type Node } from '../../../../src/ml/graph/node.js';
import { sizeOf } from '../../../../src/ml/graph/shape.js';
import { verify } from '../../../../src/ml/graph/verify.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { fillRunConfig } from '../../../../src/ml/train/run-config.js';
import { buildTrainStep } from '../../../../src/ml/train/train-step.js';
import { labelCounts } from '../../../support/ml/label-counts.js';
import { randomValue } from '../../../support/ml/random.js';

const [BATCH, WIDTH] = [256, 128];
const x = g.input('x', [BATCH, 3]);
const weight = g.input('weight', [WIDTH, 3]);
const bias = g.input('bias', [WIDTH]);
const output = g.input('output', [2, WIDTH]);
const inputs = [x, weight, bias, output];

/** The same outputs from both graphs, in float64. */
function expectSame(before: Graph, after: Graph): void {
  const feeds = Object.fromEntries(
    nodesOf(before).flatMap((node, i) =>
      isOp(node, 'input')
        ? [[node.attrs.name, randomValue(node.shape as number[], i + 1, 0.1, 1)]]
        : [],
    ),
  );
  const [expected, received] = [interpret(before, feeds), interpret(verify(after), feeds)];
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(received[name]!.shape).toEqual(shape);
    const furthest = data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - received[name]!.data[i]!)),
      0,
    );
    expect(furthest).toBeLessThan(1e-9);
  }
}

function countLarge(graph: Graph, test: (node: Node) => boolean): number {
  const isLarge = (node: Node) => sizeOf(node.inputs[0]!.shape) >= BATCH * WIDTH;
  return nodesOf(graph).filter((node) => test(node) && isLarge(node)).length;
}
const turnsOver = (node: Node) => isOp(node, 'transpose');
const sumsRows = (node: Node) => isOp(node, 'reduceSum') && node.attrs.axes.join() === '0';

/** Loss and gradients of a hidden layer, whatever stands between it and its output. */
function layer(activation: (hidden: Node) => Node): Graph {
  const hidden = activation(g.gemm(x, weight, { transB: true, bias }));
  const logits = g.gemm(hidden, output, { transB: true });
  const loss = g.reduceSum(g.mul(logits, logits), [0, 1]);
  const [byWeight, byBias, byOutput] = gradients(loss, [weight, bias, output]);
  const outputs = { loss, byWeight: byWeight!, byBias: byBias!, byOutput: byOutput! };
  return verify(dedupe({ outputs }));
}

describe('laying a graph out', () => {
  it('leaves no large matrix to be turned over, and no sum over rows, in a layer and its gradients', () => {
    const before = layer(g.relu);
    const after = layOut(before);
    expect(countLarge(before, turnsOver)).toBe(1);
    expect(countLarge(before, sumsRows)).toBe(1);
    expect(countLarge(after, turnsOver)).toBe(0);
    expect(countLarge(after, sumsRows)).toBe(0);
    expectSame(before, after);
  });

  it.each<[string, (hidden: Node) => Node]>([
    ['a scalar', (h) => g.mul(h, 3)],
    ['a row', (h) => g.mul(g.relu(h), g.input('row', [WIDTH]))],
    ['a row of a matrix', (h) => g.div(h, g.input('row', [1, WIDTH]))],
    ['a column', (h) => g.sub(g.sigmoid(h), g.input('column', [BATCH, 1]))],
    ['a matrix that comes from outside', (h) => g.mul(h, g.input('mask', [BATCH, WIDTH]))],
    ['a choice', (h) => g.where(g.greater(h, 0.3), g.exp(h), g.mul(h, h))],
    ['a mean over features', (h) => g.sub(h, g.reduceMean(h, [1], true))],
    ['a mean over samples', (h) => g.sub(h, g.reduceMean(h, [0], true))],
    ['a softmax', (h) => g.softmax(h)],
    ['a slice', (h) => g.concat([g.slice(h, 1, 0, 100), g.slice(g.relu(h), 1, 100, WIDTH)], 1)],
    ['a transposition there and back', (h) => g.transpose(g.neg(g.transpose(h)))],
  ])('changes no value where a layer has %s in it', (_what, activation) => {
    const before = layer(activation);
    expectSame(before, layOut(before));
  });

  it('gives a turned matrix back as it was', () => {
    const hidden = g.relu(g.gemm(x, weight, { transB: true }));
    const outputs = { hidden, a: g.transpose(hidden), b: g.gemm(g.transpose(hidden), x) };
    const sums = { rows: g.reduceSum(hidden, [0]), all: g.reduceSum(hidden, [0, 1]) };
    const before = { outputs: { ...outputs, ...sums } };
    const after = layOut(before);
    expect(after.outputs.a).not.toBe(before.outputs.a);
    expectSame(before, after);
  });

  it('leaves alone what it would only make slower', () => {
    const forward: Graph = { outputs: { y: g.relu(g.gemm(x, weight, { transB: true })) } };
    expect(layOut(forward)).toBe(forward);
    const small = g.input('small', [8, 3]);
    const weights = g.gemm(g.transpose(g.relu(g.gemm(small, weight, { transB: true }))), small);
    const tiny: Graph = { outputs: { weights } };
    expect(layOut(tiny)).toBe(tiny);
  });

  it('serves the MLP that is trained by default', () => {
    const dims = { embeds: { image: 512, text: 512 }, numLabels: 18 };
    const statistics = labelCounts(100, Array(18).fill(10));
    const { graph } = buildTrainStep(fillRunConfig(), dims, 256, statistics);
    expect(countLarge(graph, sumsRows)).toBe(0);
    // The dropout mask, of one byte an element, is turned over instead of the gradient.
    const turned = nodesOf(graph).filter((node) => turnsOver(node) && node.dtype === 'float32');
    expect(turned.every((node) => sizeOf(node.shape) < BATCH * WIDTH)).toBe(true);
  });

  it('needs no input that it was not given', () => {
    const names = (graph: Graph) =>
      nodesOf(graph)
        .flatMap((node) => (isOp(node, 'input') ? [node.attrs.name] : []))
        .sort();
    const before = layer(g.relu);
    expect(names(layOut(before))).toEqual(inputs.map((node) => node.attrs.name).sort());
  });
});
