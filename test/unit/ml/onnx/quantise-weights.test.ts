import { expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { quantiseWeights } from '../../../../src/ml/onnx/quantise/quantise-weights.js';

const [inputs, outputs] = [37, 11];
const rng = Rng.fromSeed(1);
const weights = Float32Array.from({ length: inputs * outputs }, (_, i) =>
  // Columns of very different sizes: one scale for all would lose the small ones.
  i % outputs === 3 ? 0 : (rng.uniform() - 0.5) * 10 ** ((i % outputs) - 5),
);

it('keeps each weight to half a step of its own column', () => {
  const { levels, scales } = quantiseWeights(weights, { inputs, outputs, isTransposed: false });
  weights.forEach((weight, i) => {
    const scale = scales[i % outputs]!;
    expect(Math.abs(weight - levels[i]! * scale)).toBeLessThanOrEqual(scale * 0.500001);
    expect(Math.abs(levels[i]!)).toBeLessThanOrEqual(127);
  });
  for (let n = 0; n < outputs; n++) {
    const column = levels.filter((_, i) => i % outputs === n);
    expect(Math.max(...column.map(Math.abs))).toBe(n === 3 ? 0 : 127);
  }
});

it('gives the same whichever way the matrix lies', () => {
  const turned = Float32Array.from(
    { length: weights.length },
    (_, i) => weights[(i % inputs) * outputs + Math.floor(i / inputs)]!,
  );
  expect(quantiseWeights(turned, { inputs, outputs, isTransposed: true })).toEqual(
    quantiseWeights(weights, { inputs, outputs, isTransposed: false }),
  );
});
