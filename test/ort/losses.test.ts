import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/ml/autodiff/gradients.js';
import { UNKNOWN } from '../../src/ml/data/unknown.js';
import { constant, input, reduceSum } from '../../src/ml/graph/build.js';
import { interpret } from '../../src/ml/interpret/interpret.js';
import { makeValue } from '../../src/ml/interpret/value.js';
import { knownLabels } from '../../src/ml/nn/known-labels.js';
import { buildLoss, LOSSES } from '../../src/ml/nn/losses/table.js';
import { fillVariant } from '../../src/ml/nn/variant.js';
import { exportGraph } from '../../src/ml/onnx/export-graph.js';
import { Session } from '../../src/ml/runtime/session.js';
import { expectClose } from '../support/ml/close.js';
import { labelCounts } from '../support/ml/label-counts.js';
import { LOSS_CASES } from '../support/ml/variants.js';

const LOGITS = [-100, -88.8, -50, -17, -1e-3, 0, 1e-3, 17, 50, 88.8, 100];
const HARD = [
  ...LOSS_CASES,
  { kind: 'ASYMMETRIC', margin: 1e-9 },
  { kind: 'ASYMMETRIC', gammaPositive: 0.01, gammaNegative: 0.01, margin: 0 },
  { kind: 'ASYMMETRIC', gammaPositive: 10, gammaNegative: 10, margin: 0.99 },
  { kind: 'FOCAL', gamma: 0.01 },
  { kind: 'DISTRIBUTION_BALANCED', lambda: 100, kappa: 10, beta: 100, gamma: 10 },
  { kind: 'TWO_WAY', positiveTemperature: 0.1, negativeTemperature: 100 },
  { kind: 'SOFT_F1', beta: 100, eta: -100 },
];
/** The labels of each row: all, none, every second, the others. */
const TARGETS = [
  LOGITS.map(() => 1),
  LOGITS.map(() => 0),
  LOGITS.map((_, label) => label % 2),
  LOGITS.map((_, label) => 1 - (label % 2)),
  LOGITS.map((_, label) => label % 3),
  LOGITS.map(() => UNKNOWN),
];

async function lossesAndGradients(given: { kind: string }) {
  const rows = TARGETS.length;
  const shape = [rows, LOGITS.length];
  const logits = input('logits', shape);
  const labels = knownLabels(constant(TARGETS.flat(), shape), true);
  const rowWeights = constant(1, [rows, 1]);
  // The rarest label weighs 100.
  const statistics = labelCounts(
    1000,
    LOGITS.map(() => 1),
  );
  const config = fillVariant('loss', LOSSES, given, 'BCE');
  const loss = buildLoss({ logits, ...labels, rowWeights, statistics }, config);
  const axes = loss.shape.map((_, axis) => axis);
  const gradient = gradients(reduceSum(loss, axes), [logits])[0]!;
  const graph = { outputs: { loss, gradient } };
  const session = await Session.open(exportGraph(graph), { threads: 1 });
  try {
    const data = Float32Array.from(TARGETS.flatMap(() => LOGITS));
    const outputs = await session.run({ logits: { dtype: 'float32', shape, data } });
    return {
      loss: [...(outputs.loss!.data as Float32Array)],
      gradient: [...(outputs.gradient!.data as Float32Array)],
      reference: interpret(graph, { logits: makeValue([...data], shape) }),
    };
  } finally {
    await session.close();
  }
}

describe('losses and their gradients in float32', () => {
  it.each(HARD)('are finite, and no loss is negative, at ±100 logits: %o', async (given) => {
    const { loss, gradient } = await lossesAndGradients(given);
    expect(gradient.every(Number.isFinite)).toBe(true);
    for (const value of loss) {
      expect(Number.isFinite(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(0);
    }
  });

  it.each(LOSS_CASES)('are those of float64 at ±100 logits: %o', async (given) => {
    const { loss, gradient, reference } = await lossesAndGradients(given);
    const tolerance = { absolute: 1e-5, relative: 1e-4 };
    expectClose(loss, reference.loss!.data, tolerance, 'loss');
    expectClose(gradient, reference.gradient!.data, tolerance, 'gradient');
  });

  it('grow with the logit where BCE is wrong', async () => {
    const { loss, gradient } = await lossesAndGradients({ kind: 'BCE' });
    expect(loss[0]).toBeCloseTo(100, 4);
    expect(gradient[0]).toBeCloseTo(-1, 6);
    const last = 2 * LOGITS.length - 1;
    expect(loss[last]).toBeCloseTo(100, 4);
    expect(gradient[last]).toBeCloseTo(1, 6);
  });

  it('of ASL ignore a negative whose probability is below the margin', async () => {
    const { loss, gradient } = await lossesAndGradients({ kind: 'ASYMMETRIC' });
    expect(Math.abs(loss[LOGITS.length]!)).toBe(0);
    expect(Math.abs(gradient[LOGITS.length]!)).toBe(0);
  });
});
