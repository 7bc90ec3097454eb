import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/ml/data/rng.js';
import { input } from '../../src/ml/graph/build.js';
import type { TensorData } from '../../src/ml/graph/dtype.js';
import type { Node } from '../../src/ml/graph/node.js';
import { sizeOf } from '../../src/ml/graph/shape.js';
import { interpret } from '../../src/ml/interpret/interpret.js';
import { makeValue } from '../../src/ml/interpret/value.js';
import { modalitiesOf } from '../../src/ml/nn/fusions/table.js';
import { initialize } from '../../src/ml/nn/initializer.js';
import { Scope } from '../../src/ml/nn/scope.js';
import { Session } from '../../src/ml/runtime/session.js';
import { exportEnsemble, meanOfMembers } from '../../src/ml/train/export-ensemble.js';
import { exportHead, headInput } from '../../src/ml/train/export-head.js';
import { buildLogits } from '../../src/ml/train/model.js';
import { fillRunConfig } from '../../src/ml/train/run-config.js';
import { expectClose } from '../support/ml/close.js';
import { randomValue } from '../support/ml/random.js';

const [ROWS, DIMENSION, LABELS] = [7, 8, 3];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function headOf(given: object, seed: number): Uint8Array {
  const config = fillRunConfig(given);
  const scope = new Scope(null);
  const embeds: { image?: Node; text?: Node } = {};
  for (const modality of modalitiesOf(config.fusion.kind)) {
    embeds[modality] = input(headInput(modality, 'embeds'), [ROWS, DIMENSION]);
  }
  buildLogits(scope, embeds, config, { numLabels: LABELS });
  const rng = Rng.fromSeed(seed);
  const weights: Record<string, TensorData> = {};
  for (const { name, shape, initializer } of scope.parameters) {
    const data = initialize(initializer, sizeOf(shape), rng).map((x) => x + rng.uniform() - 0.5);
    weights[name] = { dtype: 'float32', shape, data };
  }
  const dims = { embeds: { image: DIMENSION, text: DIMENSION }, numLabels: LABELS };
  return exportHead(config, dims, weights);
}

async function run(file: Uint8Array, feeds: Record<string, TensorData>): Promise<Float32Array> {
  const session = await Session.open(file, { threads: 1 });
  try {
    const taken = Object.fromEntries(
      Object.entries(feeds).filter(([name]) => session.inputs.some((known) => known.name === name)),
    );
    return (await session.run(taken)).logits!.data as Float32Array;
  } finally {
    await session.close();
  }
}

const embeds = (seed: number): TensorData => ({
  dtype: 'float32',
  shape: [ROWS, DIMENSION],
  data: Float32Array.from(randomValue([ROWS, DIMENSION], seed).data),
});

describe('an ensemble', () => {
  it.each<[string, object[]]>([
    ['two alike', [{ head: { kind: 'LINEAR' } }, { head: { kind: 'LINEAR' } }]],
    [
      'of a photo alone and a caption alone',
      [{ fusion: { kind: 'IMAGE_ONLY' } }, { fusion: { kind: 'TEXT_ONLY' } }],
    ],
    [
      'of many kinds',
      [
        { head: { kind: 'TRANSFORMER', tokens: 2, width: 8, heads: 2 }, fusion: { kind: 'GATED' } },
        { head: { kind: 'COSINE' }, fusion: { kind: 'LATE' } },
        { head: { kind: 'MLP', hidden: [5] }, fusion: { kind: 'CONCAT', modalityDropout: 0.5 } },
        { head: { kind: 'LABEL_QUERY' }, fusion: { kind: 'INTERACTION' } },
        { head: { kind: 'LINEAR' }, fusion: { kind: 'IMAGE_ONLY' } },
      ],
    ],
  ])('%s has the mean of the probabilities of its members', async (_name, members) => {
    const heads = members.map((member, i) => headOf(member, i + 1));
    const feeds = { image_embeds: embeds(1), text_embeds: embeds(2) };
    const probs: Float32Array[] = [];
    for (const head of heads) probs.push((await run(head, feeds)).map(sigmoid));
    const mean = Float32Array.from({ length: ROWS * LABELS }, (_, i) => {
      return probs.reduce((sum, member) => sum + member[i]!, 0) / probs.length;
    });
    const actual = (await run(exportEnsemble(heads), feeds)).map(sigmoid);
    expectClose(actual, mean, { absolute: 1e-6, relative: 1e-5 });
  });

  it('is finite and right where every member is sure', () => {
    const sure = [100, -100, 30, 0];
    const values = [sure, [100, -100, -30, 40]].map((data) =>
      makeValue(Float64Array.from(data), [4, 1]),
    );
    const { logits } = interpret(meanOfMembers(2, 1), {
      'm0.logits': values[0]!,
      'm1.logits': values[1]!,
    });
    // ½(σ(0) + σ(40)) is ¾ − 2e-18, whose logit is log 3.
    expectClose(logits!.data, Float64Array.of(100, -100, 0, Math.log(3)), {
      absolute: 1e-12,
      relative: 1e-12,
    });
  });

  it('of heads for other embeddings is refused', () => {
    const other = fillRunConfig({ head: { kind: 'LINEAR' }, fusion: { kind: 'IMAGE_ONLY' } });
    const dims = { embeds: { image: 5 }, numLabels: LABELS };
    const scope = new Scope(null);
    buildLogits(scope, { image: input('image_embeds', [ROWS, 5]) }, other, { numLabels: LABELS });
    const weights = Object.fromEntries(
      scope.parameters.map(({ name, shape }) => [
        name,
        { dtype: 'float32' as const, shape, data: new Float32Array(sizeOf(shape)) },
      ]),
    );
    const heads = [headOf({ fusion: { kind: 'IMAGE_ONLY' } }, 1), exportHead(other, dims, weights)];
    expect(() => exportEnsemble(heads)).toThrow(
      'the heads disagree on the shape of `image_embeds`',
    );
  });
});
