import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../../src/ml/autodiff/gradients.js';
import { constant, input, mul, reduceSum } from '../../../../../src/ml/graph/build.js';
import { interpret } from '../../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../../src/ml/interpret/value.js';
import { givenNodes } from '../../../../../src/ml/nn/heads/given.js';
import { buildHead, HEADS } from '../../../../../src/ml/nn/heads/table.js';
import { Scope } from '../../../../../src/ml/nn/scope.js';
import { fillVariant } from '../../../../../src/ml/nn/variant.js';
import { expectClose } from '../../../../support/ml/close.js';

interface HeadsFixture {
  batch: number;
  numLabels: number;
  cases: {
    config: { kind: string };
    dimension: number;
    features: number[];
    parameters: Record<string, { shape: number[]; values: number[] }>;
    /** heads/given.ts */
    given: Record<string, { shape: number[]; values: number[] }>;
    logits: number[];
    /** By the features, of the sum of (1 + index) · logit. */
    gradient: number[];
  }[];
}

/** Recorded by tools/fixtures/torch_heads.py. */
const { batch, numLabels, cases } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/torch/heads.json', import.meta.url), 'utf8'),
) as HeadsFixture;

const hasCosines = (kind: string) =>
  ['COSINE', 'TEXT_BLENDED', 'ZERO_SHOT', 'TIP_ADAPTER', 'KNN'].includes(kind);

describe('heads equal PyTorch', () => {
  it.each(cases)('$config', ({ config: variant, dimension, ...recorded }) => {
    const config = fillVariant('head', HEADS, variant, 'MLP');
    const features = input('features', [batch, dimension]);
    const scope = new Scope(null);
    const cached = recorded.given['cache.features']?.shape[0] ?? 0;
    const given = givenNodes({ numLabels, dimension, cached, hasUnknowns: false });
    const logits = buildHead(scope, features, numLabels, config, given);
    const factors = constant(
      recorded.logits.map((_, i) => i + 1),
      [batch, numLabels],
    );
    const gradient = gradients(reduceSum(mul(logits, factors), [0, 1]), [features])[0]!;
    const parameters = Object.entries(recorded.parameters);
    const all = [...parameters, ...Object.entries(recorded.given)];
    expect(scope.parameters.map(({ name }) => name).sort()).toEqual(
      parameters.map(([name]) => name).sort(),
    );
    const values = all.map(([name, { values, shape }]) => [name, makeValue(values, shape)]);
    const result = interpret(
      { outputs: { logits, gradient } },
      { features: makeValue(recorded.features, [batch, dimension]), ...Object.fromEntries(values) },
    );
    // Ours adds 1e-6 to squared lengths.
    const tolerance = hasCosines(variant.kind) ? 1e-5 : 1e-10;
    expectClose(result.logits.data, recorded.logits, { absolute: tolerance, relative: tolerance });
    expectClose(result.gradient.data, recorded.gradient, {
      absolute: tolerance,
      relative: tolerance,
    });
  });
});
