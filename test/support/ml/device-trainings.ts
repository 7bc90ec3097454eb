/*
 * node --import tsx device-trainings.ts webgpu: trains every variant on the CPU and on the device, and writes a line of JSON
 * for each: { name, losses, scores, weights }, the furthest that the two are apart, each in parts of the largest. A process of
 * its own, as a device's driver may end it.
 */

import { isUntrained } from '../../../src/ml/nn/heads/table.js';
import type { TrainingDevice } from '../../../src/ml/runtime/device.js';
import type { Engine } from '../../../src/ml/train/engine.js';
import { fit } from '../../../src/ml/train/fit.js';
import { fitUntrained } from '../../../src/ml/train/fit-untrained.js';
import { onnxEngine } from '../../../src/ml/train/onnx-engine.js';
import { engineOn } from '../../../src/ml/train/open-engine.js';
import { fillRunConfig, type RunConfig } from '../../../src/ml/train/run-config.js';
import { smallProblem } from './small-problem.js';
import { problemOf } from './token-problem.js';
import {
  FUSION_CASES,
  fusionBeside,
  HEAD_CASES,
  LOSS_CASES,
  nameOf,
  OPTIMIZER_CASES,
} from './variants.js';

/** Every head, fusion, loss and optimizer once, several at a time: what takes time is to open a graph on a device. */
const LONGEST = Math.max(...[HEAD_CASES, FUSION_CASES, LOSS_CASES].map(({ length }) => length));
const CASES: object[] = [
  ...Array.from({ length: LONGEST }, (_, i) => {
    const head = HEAD_CASES[i % HEAD_CASES.length]!;
    return {
      head,
      fusion: fusionBeside(head, FUSION_CASES[i % FUSION_CASES.length]!),
      loss: LOSS_CASES[i % LOSS_CASES.length]!,
      optimizer: OPTIMIZER_CASES[i % OPTIMIZER_CASES.length]!,
    };
  }),
  ...['ZERO_SHOT', 'KNN', 'TIP_ADAPTER'].map((kind) => ({
    head: { kind },
    fusion: { kind: 'MEAN' },
  })),
  { mixup: 0.4 },
  { head: { kind: 'LINEAR' }, optimizer: { kind: 'LBFGS', penalties: [0.1, 0.01] } },
];

const device = process.argv[2] as TrainingDevice;
const data = smallProblem({ samples: 60, image: 6, text: 6, labels: 3 });
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const largest = Array.from(a).reduce((most, x) => Math.max(most, Math.abs(x)), 1e-12);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!) / largest));
};

function train(engine: Engine, config: RunConfig) {
  const run = isUntrained(config.head) ? fitUntrained : fit;
  return run({ data: problemOf(config.head, data), config, seed: 3, engine, threads: 1 });
}

for (const given of CASES) {
  const config = fillRunConfig({ epochs: 1, batchSize: 17, earlyStopping: null, ...given });
  const ours = await train(onnxEngine, config);
  const theirs = await train(engineOn(device), config);
  const losses = ({ history }: typeof ours) =>
    history.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss!]);
  const weights = Object.entries(ours.weights).map(([key, { data: values }]) =>
    apart(values as Float32Array, theirs.weights[key]!.data as Float32Array),
  );
  const line = {
    name: Object.values(given).map(nameOf).join(' × '),
    losses: apart(losses(ours), losses(theirs)),
    scores: apart(ours.scores.test!, theirs.scores.test!),
    weights: Math.max(0, ...weights),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
process.stdout.write('done\n', () => process.exit(0));
