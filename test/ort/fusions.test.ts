import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/ml/autodiff/gradients.js';
import { Rng } from '../../src/ml/data/rng.js';
import { input, reduceSum } from '../../src/ml/graph/build.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import type { Node } from '../../src/ml/graph/node.js';
import { sizeOf } from '../../src/ml/graph/shape.js';
import { interpret } from '../../src/ml/interpret/interpret.js';
import { makeValue } from '../../src/ml/interpret/value.js';
import { buildFusion, FUSIONS, modalitiesOf } from '../../src/ml/nn/fusions/table.js';
import { initialize } from '../../src/ml/nn/initializer.js';
import type { Modality } from '../../src/ml/nn/modality.js';
import { Scope } from '../../src/ml/nn/scope.js';
import { fillVariant } from '../../src/ml/nn/variant.js';
import { exportGraph } from '../../src/ml/onnx/export-graph.js';
import { Session } from '../../src/ml/runtime/session.js';
import { exportHead, headInput } from '../../src/ml/train/export-head.js';
import { buildLogits, scaled } from '../../src/ml/train/model.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { expectClose } from '../support/ml/close.js';
import { randomValue } from '../support/ml/random.js';
import { FUSION_CASES } from '../support/ml/variants.js';

const [ROWS, DIMENSION, LABELS] = [5, 6, 3];

describe('an exported head takes any number of rows, the first without image, the last without text', () => {
  it.each(FUSION_CASES)('%o', async (fusion) => {
    const config = fillRunConfig({ fusion, head: { kind: 'LINEAR' } });
    const scope = new Scope(null);
    const embeds: Partial<Record<Modality, Node>> = {};
    for (const modality of modalitiesOf(config.fusion.kind)) {
      embeds[modality] = input(headInput(modality, 'embeds'), [ROWS, DIMENSION]);
    }
    const logits = buildLogits(scope, scaled(embeds), config, { numLabels: LABELS });
    const rng = Rng.fromSeed(3);
    const weights: Record<string, TensorData> = {};
    for (const { name, shape, initializer } of scope.parameters) {
      const data = initialize(initializer, sizeOf(shape), rng).map((x) => x + rng.uniform() - 0.5);
      weights[name] = { dtype: 'float32', shape, data };
    }
    const feeds: Record<string, TensorData> = {};
    for (const modality of modalitiesOf(config.fusion.kind)) {
      const shape = [ROWS, DIMENSION];
      const data = Float32Array.from(randomValue(shape, modality.length).data);
      const missing = modality === 'image' ? 0 : (ROWS - 1) * DIMENSION;
      data.fill(0, missing, missing + DIMENSION);
      feeds[headInput(modality, 'embeds')] = { dtype: 'float32', shape, data };
    }
    const values = Object.entries({ ...weights, ...feeds }).map(([name, { data, shape }]) => {
      return [name, makeValue(data as Float32Array, shape)] as const;
    });
    const expected = interpret({ outputs: { logits } }, Object.fromEntries(values)).logits;

    const dims = { embeds: { image: DIMENSION, text: DIMENSION }, numLabels: LABELS };
    const session = await Session.open(exportHead(config, dims, weights), { threads: 1 });
    try {
      const { logits: actual } = await session.run(feeds);
      expect(actual!.shape).toEqual([ROWS, LABELS]);
      expectClose(actual!.data as Float32Array, expected.data, { absolute: 1e-5, relative: 1e-4 });
    } finally {
      await session.close();
    }
  });
});

/** Feature and gradients by image and text in float32. */
async function inFloat32(
  config: unknown,
  shape: [number, number],
  image: number[],
  text: number[],
) {
  const scope = new Scope(null);
  const embeds = { image: input('image', shape), text: input('text', shape) };
  const filled = fillVariant('fusion', FUSIONS, config, 'CONCAT');
  const feature = buildFusion(scope, embeds, (_, features) => features, filled);
  const [byImage, byText] = gradients(reduceSum(feature, [0, 1]), Object.values(embeds));
  const parameters = scope.parameters.map(({ name, shape, initializer }) => {
    const data = initialize(initializer, sizeOf(shape), Rng.fromSeed(1));
    return [name, { dtype: 'float32', shape, data }] as const;
  });
  const graph = { outputs: { feature, byImage: byImage!, byText: byText! } };
  const session = await Session.open(exportGraph(graph), { threads: 1 });
  try {
    const outputs = await session.run({
      ...Object.fromEntries(parameters),
      image: { dtype: 'float32', shape, data: Float32Array.from(image) },
      text: { dtype: 'float32', shape, data: Float32Array.from(text) },
    });
    const read = (name: string) => [...(outputs[name]!.data as Float32Array)];
    return { feature: read('feature'), byImage: read('byImage'), byText: read('byText') };
  } finally {
    await session.close();
  }
}

describe('in float32', () => {
  it('MFB and its gradient are finite where an embedding is zero', async () => {
    const zero = [0, 0, 0, 0];
    const config = { kind: 'MFB', width: 3, factors: 2 };
    for (const text of [zero, [1, -1, 0.5, 2]]) {
      const { feature, byImage, byText } = await inFloat32(config, [1, 4], zero, text);
      expect(feature).toEqual([0, 0, 0]);
      expect([...byImage, ...byText].every(Number.isFinite)).toBe(true);
    }
  });

  it('a late fusion keeps the logit of the mixture at ±100', async () => {
    const image = [100, 100, -100, -100, 100, -100, 0, 60];
    const text = [100, -100, 100, -100, 0, 0, 100, 50];
    const { feature, byImage, byText } = await inFloat32({ kind: 'LATE' }, [1, 8], image, text);
    // With w = ½. Both certain: log p − log(1 − p), with 1 − p the mean of both sides' doubts.
    const log3 = Math.log(3);
    const mean = (a: number, b: number) =>
      Math.min(a, b) + Math.log(2 / (1 + Math.exp(-Math.abs(a - b))));
    expectClose(feature, [100, 0, 0, -100, log3, -log3, log3, mean(60, 50)], {
      absolute: 1e-4,
      relative: 1e-6,
    });
    expect([...byImage, ...byText].every(Number.isFinite)).toBe(true);
  });
});
