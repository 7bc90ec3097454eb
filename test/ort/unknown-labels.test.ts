import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../src/ml/data/unknown.js';
import { evaluate } from '../../src/ml/metrics/evaluate.js';
import { tensorFlowEngine } from '../../src/ml/tensorflow/tensorflow-engine.js';
import { type FitOptions, fit } from '../../src/ml/train/fit.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { smallProblem } from '../support/ml/small-problem.js';
import { tf } from '../support/ml/tensorflow.js';

const LABELS = 6;
const data = smallProblem({ samples: 600, image: 8, text: 8, labels: LABELS });
/** Of the samples that are trained on, seven labels in ten are unknown. */
const seen = data.targets.map((target, at) =>
  at < data.train.length * LABELS && (at * 7919) % 10 < 7 ? UNKNOWN : target,
);

function run(targets: Uint8Array, given: object = {}, options: Partial<FitOptions> = {}) {
  const config = fillRunConfig({
    head: { kind: 'LINEAR' },
    optimizer: { kind: 'ADAMW', learningRate: 0.02 },
    epochs: 15,
    batchSize: 64,
    earlyStopping: null,
    deterministic: true,
    ...given,
  });
  const problem = { ...data, targets };
  return fit({ data: problem, config, seed: 1, engine: onnxEngine, threads: 1, ...options });
}

describe('a training with unknown labels', () => {
  it('ranks better than one that takes them for absent', async () => {
    const meanAveragePrecision = async (targets: Uint8Array, loss: object) => {
      const { scores } = await run(targets, { loss });
      const truth = data.targets.subarray(data.test[0]! * LABELS);
      return evaluate(scores.test!, truth, LABELS, 0.5).meanAveragePrecision!;
    };
    const absent = seen.map((target) => (target === UNKNOWN ? 0 : target));
    const takenForAbsent = await meanAveragePrecision(absent, { kind: 'BCE' });
    for (const loss of [{ kind: 'BCE' }, { kind: 'PARTIAL_BCE' }]) {
      expect(await meanAveragePrecision(seen, loss)).toBeGreaterThan(takenForAbsent + 0.02);
    }
  });

  it.each([
    { loss: { kind: 'PARTIAL_BCE', gamma: -1, weightAtTenth: 10 } },
    { loss: { kind: 'TWO_WAY' }, mixup: 0.4 },
    { loss: { kind: 'DISTRIBUTION_BALANCED' }, head: { kind: 'MLP', dropout: 0.2 } },
    { optimizer: { kind: 'LBFGS' } },
  ])('has the same losses on TensorFlow.js: %o', async (given) => {
    const few = { epochs: 3, ...given };
    const [ours, theirs] = [
      await run(seen, few),
      await run(seen, few, { engine: tensorFlowEngine(tf) }),
    ];
    ours.history.forEach(({ trainLoss, validationLoss }, i) => {
      expect(theirs.history[i]!.trainLoss / trainLoss).toBeCloseTo(1, 2);
      expect(theirs.history[i]!.validationLoss! / validationLoss!).toBeCloseTo(1, 2);
    });
  });

  it('is one with BCE where PARTIAL_BCE finds nothing unknown', async () => {
    const [partial, whole] = [
      await run(data.targets, { loss: { kind: 'PARTIAL_BCE' }, epochs: 2 }),
      await run(data.targets, { loss: { kind: 'BCE' }, epochs: 2 }),
    ];
    expect(partial.weights).toEqual(whole.weights);
  });
});
