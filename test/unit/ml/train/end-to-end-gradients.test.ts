import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/ml/data/rng.js';
import { mul } from '../../../../src/ml/graph/build.js';
import { inputsOf } from '../../../../src/ml/graph/graph.js';
import { sizeOf } from '../../../../src/ml/graph/shape.js';
import { makeValue, type Value } from '../../../../src/ml/interpret/value.js';
import { FUSIONS, modalitiesOf } from '../../../../src/ml/nn/fusions/table.js';
import { HEADS } from '../../../../src/ml/nn/heads/table.js';
import { initialize } from '../../../../src/ml/nn/initializer.js';
import { buildLoss, LOSSES } from '../../../../src/ml/nn/losses/table.js';
import { Scope } from '../../../../src/ml/nn/scope.js';
import { buildLogits } from '../../../../src/ml/train/model.js';
import { fillRunConfig } from '../../../../src/ml/train/run-config.js';
import { embedScale, embedsIn } from '../../../../src/ml/train/sample-features.js';
import { gatherBatch, meanLoss } from '../../../../src/ml/train/sample-feeds.js';
import { expectGradients } from '../../../support/ml/finite-differences.js';
import { labelCounts } from '../../../support/ml/label-counts.js';
import { randomValue } from '../../../support/ml/random.js';
import { asTokens, TWO_TOKENS } from '../../../support/ml/token-problem.js';
import {
  FUSION_CASES,
  HEAD_CASES,
  LOSS_CASES,
  UNTRAINED_CASES,
  VARIANTS,
} from '../../../support/ml/variants.js';

const [BATCH, SAMPLES, LABELS] = [4, 6, 3];

describe('the gradient of the mean loss by every parameter', () => {
  it.each(VARIANTS)('equals finite differences: $name', ({ config: given }) => {
    const config = fillRunConfig(given);
    const tokens = config.head.kind === 'TOKEN_QUERY' ? TWO_TOKENS : undefined;
    const dims = { embeds: { image: 6, text: 6 }, tokens, numLabels: LABELS, hasUnknowns: true };
    const batch = gatherBatch(config, dims, BATCH);
    const scope = new Scope(BATCH, '', [], [], [], mul(batch.rowWeights, LABELS));
    const embeds = embedsIn(batch.features, config.fusion.kind, dims.embeds);
    const logits = buildLogits(scope, embeds, config, dims);
    const statistics = labelCounts(60, [30, 17, 1]);
    const loss = meanLoss(buildLoss({ logits, ...batch, statistics }, config.loss), batch);
    const rng = Rng.fromSeed(7);
    const modalities = modalitiesOf(config.fusion.kind);
    const vectors = modalities.map((modality) => {
      const values = randomValue([SAMPLES, 6], modality === 'image' ? 1 : 2).data;
      if (tokens) return asTokens(Float64Array.from(values), tokens[modality]!);
      return Float64Array.from(values, (x) => x * embedScale(6));
    });
    const features = Array.from({ length: SAMPLES }, (_, row) =>
      vectors.flatMap((values) => [...values.subarray(row * 6, row * 6 + 6)]),
    ).flat();
    const feeds: Record<string, Value> = {
      features: makeValue(features, [SAMPLES, features.length / SAMPLES]),
      labelEmbeds: randomValue([LABELS, 6], 3),
      targets: makeValue([1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 2, 1, 0, 0, 0, 0, 1], [SAMPLES, LABELS]),
      rows: makeValue([5, 0, 3, 3], [BATCH]),
      rowWeights: makeValue([1 / 9, 1 / 9, 1 / 9, 0], [BATCH, 1]),
    };
    for (const { name, width, keep } of scope.masks) {
      const mask = new Uint8Array(BATCH * width);
      rng.fillBernoulli(mask, keep);
      feeds[name] = makeValue(mask, [BATCH, width]);
    }
    const texts = {
      dtype: 'float32',
      shape: [LABELS, 6],
      data: new Float32Array(LABELS * 6),
    } as const;
    for (const { name, shape, initializer } of scope.parameters) {
      const start = initialize(initializer, sizeOf(shape), rng, { labelEmbeds: texts });
      const nudged = Float64Array.from(start, (x) => x + 0.2 * (rng.uniform() - 0.5));
      feeds[name] = makeValue(nudged, shape);
    }
    expect(inputsOf({ outputs: { loss } }).map(({ attrs }) => attrs.name)).toEqual(
      expect.arrayContaining(scope.parameters.map(({ name }) => name)),
    );
    expectGradients(
      loss,
      scope.parameters.map(({ node }) => node),
      feeds,
    );
  });

  it('is checked for every head, fusion and loss of the tables', () => {
    const kinds = (cases: { kind: string }[]) => new Set(cases.map(({ kind }) => kind));
    const heads = (untrained: boolean) =>
      new Set(
        Object.entries(HEADS).flatMap(([kind, head]) =>
          'untrained' in head === untrained ? kind : [],
        ),
      );
    expect(kinds(HEAD_CASES)).toEqual(heads(false));
    expect(kinds(UNTRAINED_CASES)).toEqual(heads(true));
    expect(kinds(FUSION_CASES)).toEqual(new Set(Object.keys(FUSIONS)));
    expect(kinds(LOSS_CASES)).toEqual(new Set(Object.keys(LOSSES)));
  });
});
