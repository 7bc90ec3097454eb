import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import { interpret } from '../../src/ml/interpret/interpret.js';
import { MODALITIES } from '../../src/ml/nn/modality.js';
import { Session } from '../../src/ml/runtime/session.js';
import { buildForward, exportHead, headInput } from '../../src/ml/train/export-head.js';
import { fit } from '../../src/ml/train/fit.js';
import { labelTensors } from '../../src/ml/train/given-tensors.js';
import { initialState } from '../../src/ml/train/initial-state.js';
import type { ModelDimensions } from '../../src/ml/train/model.js';
import { onnxEngine } from '../../src/ml/train/onnx-engine.js';
import { fillRunConfig, type RunConfig } from '../../src/ml/train/run-config.js';
import { samplesInMemory } from '../../src/ml/train/samples-in-memory.js';
import { buildTrainStep } from '../../src/ml/train/train-step.js';
import { trainingCache } from '../../src/ml/train/training-cache.js';
import { expectClose } from '../support/ml/close.js';
import { labelCounts } from '../support/ml/label-counts.js';
import { randomValue } from '../support/ml/random.js';
import { toValue } from '../support/ml/reference-training.js';
import { smallProblem } from '../support/ml/small-problem.js';
import { asTokens, problemOf, TWO_TOKENS } from '../support/ml/token-problem.js';
import { fusionBeside, HEAD_CASES, UNTRAINED_CASES } from '../support/ml/variants.js';

const DATA = smallProblem({ samples: 60, image: 6, text: 6, labels: 3 });
const DIMS = { embeds: { image: 6, text: 6 }, numLabels: 3 };

const TOKENS = { tokens: 4, width: 16 };
const LEARNERS = [
  { kind: 'MLP', hidden: [32, 32], residual: true },
  { kind: 'LINEAR', coupling: 2 },
  { kind: 'ADAPTER' },
  { kind: 'COSINE' },
  { kind: 'COSINE', start: 'LABEL_TEXTS' },
  { kind: 'TEXT_BLENDED' },
  { kind: 'GMLP', ...TOKENS },
  { kind: 'MIXER', ...TOKENS },
  { kind: 'TRANSFORMER', ...TOKENS },
  { kind: 'LABEL_QUERY', ...TOKENS },
  { kind: 'LABEL_QUERY', groups: 2, ...TOKENS },
  { kind: 'LABEL_QUERY', queries: 'LABEL_TEXTS', ...TOKENS },
  { kind: 'TOKEN_QUERY', width: 16 },
];

describe('a head', () => {
  it.each(LEARNERS)('learns labels that are in both modalities together: %o', async (head) => {
    const config = fillRunConfig({
      head,
      fusion: fusionBeside(head, { kind: 'CONCAT' }),
      epochs: 30,
      batchSize: 32,
      optimizer: { kind: 'ADAMW', learningRate: 0.003 },
      deterministic: true,
    });
    const problem = smallProblem({ samples: 600, image: 24, text: 24, labels: 4 });
    const data = problemOf(head, problem, {
      image: { count: 2, width: 11 },
      text: { count: 2, width: 11 },
    });
    const { history, bestEpoch } = await fit({
      engine: onnxEngine,
      data,
      config,
      seed: 3,
      threads: 1,
    });
    const best = history[bestEpoch - 1]!.validation!.meanAveragePrecision!;
    expect(best).toBeGreaterThan(0.85);
    expect(best).toBeGreaterThan(history[0]!.validation!.meanAveragePrecision! + 0.15);
  });
});

describe('an exported head', () => {
  it.each(HEAD_CASES)('has the reference’s logits for any number of rows: %o', async (head) => {
    const config = fillRunConfig({ head, fusion: fusionBeside(head, { kind: 'CONCAT' }) });
    const dims = { ...DIMS, ...(head.kind === 'TOKEN_QUERY' && { tokens: TWO_TOKENS }) };
    const step = buildTrainStep(config, dims, 4, labelCounts(1, [1, 1, 1]));
    const rng = Rng.fromSeed(3);
    const given = labelTensors(config.head, DATA, dims);
    const weights: Record<string, TensorData> = { ...given };
    const start = initialState(step, rng, given);
    for (const { name, shape } of [...step.parameters, ...step.statistics]) {
      const values = start[name]!.data as Float32Array;
      const data = Float32Array.from(values, (x) => x + rng.uniform() - 0.5);
      weights[name] = { dtype: 'float32', shape, data };
    }
    await expectReference(config, dims, weights);
  });

  it.each(UNTRAINED_CASES)('has the reference’s logits, its cache within: %o', async (head) => {
    const config = fillRunConfig({ head, fusion: { kind: 'MEAN' } });
    const dims = { ...DIMS, cached: DATA.train.length };
    const source = samplesInMemory(DATA, 'MEAN');
    const cache = await trainingCache(
      onnxEngine,
      { config, dims, source },
      { shared: source.shared, threads: 1 },
    );
    await expectReference(config, dims, { ...cache, ...labelTensors(config.head, DATA, dims) });
  });
});

async function expectReference(
  config: RunConfig,
  dims: ModelDimensions,
  weights: Readonly<Record<string, TensorData>>,
): Promise<void> {
  const graph = buildForward(config, dims);
  const session = await Session.open(exportHead(config, dims, weights), { threads: 1 });
  try {
    for (const rows of [1, 7]) {
      const feeds: Record<string, TensorData> = {};
      for (const [seed, modality] of MODALITIES.entries()) {
        const shape = [rows, 6];
        const values = Float32Array.from(randomValue(shape, seed + 1).data);
        const tokens = dims.tokens?.[modality];
        const data = tokens ? asTokens(values, tokens) : values;
        const name = headInput(modality, tokens ? 'tokens' : 'embeds');
        feeds[name] = { dtype: 'float32', shape, data };
      }
      const { logits } = await session.run(feeds);
      const values = Object.entries({ ...weights, ...feeds }).map(([name, tensor]) => {
        return [name, toValue(tensor)];
      });
      const expected = interpret(graph, Object.fromEntries(values)).logits!;
      expect(logits!.shape).toEqual([rows, 3]);
      const tolerance = { absolute: 1e-5, relative: 1e-4 };
      expectClose(logits!.data as Float32Array, expected.data, tolerance);
    }
  } finally {
    await session.close();
  }
}
