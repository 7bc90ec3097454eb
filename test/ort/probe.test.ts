import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../src/ml/data/unknown.js';
import { tensorFlowEngine } from '../../src/ml/tensorflow/tensorflow-engine.js';
import type { Engine } from '../../src/ml/train/engine.js';
import type { EpochRecord } from '../../src/ml/train/epoch-record.js';
import { type FitOptions, fit } from '../../src/ml/train/fit.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { chunkRows, LogisticProblems } from '../../src/ml/train/probe/logistic-problems.js';
import { minimizeMany } from '../../src/ml/train/probe/many-lbfgs.js';
import { buildProbe } from '../../src/ml/train/probe/probe-graph.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import type { TrainedRows } from '../../src/ml/train/trained-rows.js';
import { smallProblem } from '../support/ml/small-problem.js';
import { tf } from '../support/ml/tensorflow.js';

/** Logistic regressions of scikit-learn, solved far beyond what is compared: tools/fixtures/sklearn_probe.py. */
interface Recorded {
  samples: number;
  width: number;
  numLabels: number;
  features: number[];
  targets: number[];
  fits: { penalty: number; weight: number[][]; bias: number[]; values: number[] }[];
}
const recorded: Recorded = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../fixtures/sklearn/probe.json'), 'utf8'),
);
const BCE = fillRunConfig().loss;

/** Solved at a penalty of 0.01. */
async function minimaOf(rows: TrainedRows, hasUnknowns: boolean) {
  const { width, numLabels } = rows;
  const shape = {
    rows: chunkRows(rows.features.length / width),
    width,
    numLabels,
    hasUnknowns,
  };
  const graph = buildProbe(BCE, shape, { positives: [], negatives: [] });
  const runner = await onnxEngine.openGraph(graph, { shared: {}, threads: 1 });
  try {
    const problems = new LogisticProblems(rows, runner, undefined);
    problems.penalty = 0.01;
    const points = problems.start();
    const options = { tolerance: 1e-7, maxEvaluations: 200 };
    const minima = await minimizeMany(problems, points, { steps: [], changes: [] }, options);
    expect(minima.unsolved).toBe(0);
    return { values: minima.values, bias: problems.parameters(points).bias };
  } finally {
    await runner.close();
  }
}

async function withProblems(use: (problems: LogisticProblems) => Promise<void>): Promise<void> {
  const { samples, width, numLabels } = recorded;
  const rows = {
    features: Float32Array.from(recorded.features),
    targets: Uint8Array.from(recorded.targets),
    width,
    numLabels,
  };
  const shape = { rows: chunkRows(samples), width, numLabels };
  const graph = buildProbe(BCE, shape, { positives: [], negatives: [] });
  const runner = await onnxEngine.openGraph(graph, { shared: {}, threads: 1 });
  try {
    await use(new LogisticProblems(rows, runner, undefined));
  } finally {
    await runner.close();
  }
}

const data = smallProblem({ samples: 300, image: 12, text: 12, labels: 4 });
const settings = {
  head: { kind: 'LINEAR' },
  optimizer: { kind: 'LBFGS', penalties: [1, 0.1, 0.01, 0.001] },
  earlyStopping: null,
  deterministic: true,
};

function run(given: object = {}, options: Partial<FitOptions> = {}) {
  const config = fillRunConfig({ ...settings, ...given });
  return fit({ data, config, seed: 1, engine: onnxEngine, threads: 1, ...options });
}

const withoutTime = (history: readonly EpochRecord[]) => history.map((x) => ({ ...x, seconds: 0 }));

describe('a probe', () => {
  it.each(recorded.fits)(
    'has the weights and objectives of scikit-learn at penalty $penalty',
    async ({ penalty, weight, bias, values }) => {
      await withProblems(async (problems) => {
        problems.penalty = penalty;
        const points = problems.start();
        const options = { tolerance: 1e-7, maxEvaluations: 200 };
        const memory = { steps: [], changes: [] };
        const minima = await minimizeMany(problems, points, memory, options);
        expect(minima.unsolved).toBe(0);
        const found = problems.parameters(points);
        minima.values.forEach((value, label) => {
          expect(value / values[label]!).toBeCloseTo(1, 5);
          expect(found.bias[label]).toBeCloseTo(bias[label]!, 2);
        });
        weight.flat().forEach((w, i) => {
          expect(found.weight[i]).toBeCloseTo(w, 2);
        });
      });
    },
  );

  it('has the derivatives that finite differences have', async () => {
    await withProblems(async (problems) => {
      problems.penalty = 0.05;
      const points = problems.start().map((x, i) => x + Math.sin(i) / 3);
      const { gradients } = await problems.evaluate(points);
      const step = 1e-2;
      for (let i = 0; i < problems.dimension; i++) {
        const moved = (by: number) =>
          problems.evaluate(points.map((x, at) => (at === i ? x + by : x)));
        const [above, below] = [await moved(step), await moved(-step)];
        const slope = (above.values[0]! - below.values[0]!) / (2 * step);
        expect(gradients[i]).toBeCloseTo(slope, 3);
      }
    });
  });

  it('fits each label on the samples of which it is known', async () => {
    const { samples, numLabels } = recorded;
    const width = recorded.width;
    const unknown = (row: number, label: number) => (row + label) % 5 === 0;
    const targets = Uint8Array.from(recorded.targets, (target, at) =>
      unknown(Math.floor(at / numLabels), at % numLabels) ? UNKNOWN : target,
    );
    const features = Float32Array.from(recorded.features);
    const all = { features, targets, width, numLabels };
    const minima = await minimaOf(all, true);
    for (let label = 0; label < numLabels; label++) {
      const rows = Array.from({ length: samples }, (_, row) => row).filter(
        (row) => !unknown(row, label),
      );
      const known = {
        features: Float32Array.from(
          rows.flatMap((row) => [...features.subarray(row * width, (row + 1) * width)]),
        ),
        targets: Uint8Array.from(rows, (row) => targets[row * numLabels + label]!),
        width,
        numLabels: 1,
      };
      const own = await minimaOf(known, false);
      expect(minima.values[label]! / own.values[0]!).toBeCloseTo(1, 5);
      expect(minima.bias[label]).toBeCloseTo(own.bias[0]!, 2);
    }
  });

  it('makes an epoch of every penalty, and keeps the one that is best on validation', async () => {
    const seen: number[] = [];
    const result = await run({}, { onEpoch: ({ epoch }) => void seen.push(epoch) });
    expect(seen).toEqual([1, 2, 3, 4]);
    const losses = result.history.map(({ trainLoss }) => trainLoss);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    const scores = result.history.map(({ validation }) => validation!.meanAveragePrecision!);
    expect(scores[result.bestEpoch - 1]).toBe(Math.max(...scores));
    expect(Math.max(...scores)).toBeGreaterThan(0.9);
  });

  it('says how many labels did not reach the tolerance, and where', async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    await run({}, { onWarning });
    expect(warnings).toEqual([]);
    // One that nothing reaches.
    const optimizer = { kind: 'LBFGS', penalties: [0.1], tolerance: -1 } as const;
    await run({}, { config: { ...fillRunConfig(settings), optimizer, epochs: 1 }, onWarning });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^penalty 0.1: 4 of 4 labels did not reach the tolerance of -1 in 1000 evaluations/,
    );
  });

  it('is done, and says so, long before its last penalty where the best is past', async () => {
    const penalties = Array.from({ length: 30 }, (_, i) => 10 ** (-i / 4));
    const optimizer = { kind: 'LBFGS', penalties };
    const earlyStopping = { metric: 'VALIDATION_LOSS', patience: 2 };
    const result = await run({ optimizer, earlyStopping });
    expect(result.stopReason).toBe('EARLY_STOPPING');
    expect(result.history.length).toBe(result.bestEpoch + 2);
  });

  it('goes on from the checkpoint of any epoch to the same end, bit for bit', async () => {
    const checkpoints: Uint8Array[] = [];
    const whole = await run({}, { saveCheckpoint: (bytes) => void checkpoints.push(bytes) });
    expect(checkpoints).toHaveLength(4);
    for (const checkpoint of checkpoints) {
      const resumed = await run({}, { checkpoint });
      expect(resumed.weights).toEqual(whole.weights);
      expect(withoutTime(resumed.history)).toEqual(withoutTime(whole.history));
    }
  });

  it('tells how far it is, never backwards, and stops when told to', async () => {
    const steps: number[] = [];
    await run({}, { onProgress: ({ step, totalSteps }) => void steps.push(step / totalSteps) });
    expect(steps.length).toBeGreaterThan(8);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.every((share) => share > 0 && share < 1)).toBe(true);
    const stop = new AbortController();
    const cancelled = run({}, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(cancelled).rejects.toThrow('aborted');
  });

  it.each([{ kind: 'IMAGE_ONLY' }, { kind: 'CONCAT' }, { kind: 'INTERACTION' }])(
    'is the same on TensorFlow.js: %o',
    async (fusion) => {
      const on = (engine: Engine) =>
        run({ fusion, loss: { kind: 'BCE', positiveWeights: true } }, { engine });
      const [ours, theirs] = [await on(onnxEngine), await on(tensorFlowEngine(tf))];
      ours.history.forEach(({ trainLoss }, i) => {
        expect(Math.abs(theirs.history[i]!.trainLoss / trainLoss - 1)).toBeLessThan(1e-4);
      });
    },
  );

  it.each<[string, object]>([
    ['head.kind', { head: { kind: 'MLP' } }],
    ['head.coupling', { head: { kind: 'LINEAR', coupling: 2 } }],
    ['fusion.kind', { fusion: { kind: 'GATED' } }],
    ['fusion.modalityDropout', { fusion: { kind: 'CONCAT', modalityDropout: 0.2 } }],
    ['loss.kind', { loss: { kind: 'FOCAL' } }],
    ['mixup', { mixup: 0.2 }],
    ['optimizer.penalties', { optimizer: { kind: 'LBFGS', penalties: [] } }],
    ['optimizer.penalties', { optimizer: { kind: 'LBFGS', penalties: [1, -1] } }],
    ['optimizer.learningRate', { optimizer: { kind: 'LBFGS', learningRate: 0.1 } }],
  ])('is refused where it makes no sense: %s', (name, given) => {
    const fill = () => fillRunConfig({ ...settings, ...given });
    expect(fill).toThrow(`for \`${name}\` but received`);
  });

  it('has as many epochs as penalties, whatever is asked for, and takes its own settings again', () => {
    const config = fillRunConfig({ ...settings, epochs: 99, batchSize: 3 });
    expect(config.epochs).toBe(4);
    expect(fillRunConfig(config)).toEqual(config);
  });
});
