import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gradients } from '../../../../../src/ml/autodiff/gradients.js';
import { constant, input, mul, reduceSum } from '../../../../../src/ml/graph/build.js';
import { interpret } from '../../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../../src/ml/interpret/value.js';
import { buildTokenHead, HEADS } from '../../../../../src/ml/nn/heads/table.js';
import { MODALITIES } from '../../../../../src/ml/nn/modality.js';
import { Scope } from '../../../../../src/ml/nn/scope.js';
import { fillVariant } from '../../../../../src/ml/nn/variant.js';
import { expectClose } from '../../../../support/ml/close.js';

interface Recorded {
  readonly shape: [number, number, number];
  readonly values: number[];
}

/** Recorded by tools/fixtures/torch_tokens.py. */
const { head } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/torch/tokens.json', import.meta.url), 'utf8'),
) as {
  head: {
    tokens: Record<'image' | 'text', Recorded & { gradient: number[] }>;
    presence: Record<'image' | 'text', number[]>;
    parameters: Record<string, Recorded>;
    logits: number[];
  };
};

it('TOKEN_QUERY equals PyTorch where tokens and whole modalities are absent', () => {
  const config = fillVariant('head', HEADS, { kind: 'TOKEN_QUERY', width: 4, heads: 2 }, 'MLP');
  const scope = new Scope(null);
  const nodes = Object.fromEntries(
    MODALITIES.map((modality) => {
      const { shape } = head.tokens[modality];
      const tokens = input(modality, shape);
      return [modality, { tokens, presence: input(`${modality}.presence`, shape.slice(0, 2)) }];
    }),
  );
  const logits = buildTokenHead(scope, nodes, 5, config);
  const factors = constant(
    head.logits.map((_, i) => i + 1),
    [3, 5],
  );
  const [image, text] = gradients(
    reduceSum(mul(logits, factors), [0, 1]),
    MODALITIES.map((modality) => nodes[modality]!.tokens),
  );
  expect(scope.parameters.map(({ name }) => name).sort()).toEqual(
    Object.keys(head.parameters).sort(),
  );
  const feeds = Object.entries({ ...head.parameters, ...head.tokens }).map(
    ([name, { values, shape }]) => [name, makeValue(values, shape)],
  );
  const presence = MODALITIES.map((modality) => [
    `${modality}.presence`,
    makeValue(head.presence[modality], head.tokens[modality].shape.slice(0, 2)),
  ]);
  const result = interpret(
    { outputs: { logits, image: image!, text: text! } },
    Object.fromEntries([...feeds, ...presence]),
  );
  const tolerance = { absolute: 1e-10, relative: 1e-10 };
  expectClose(result.logits.data, head.logits, tolerance);
  for (const modality of MODALITIES) {
    expectClose(result[modality].data, head.tokens[modality].gradient, tolerance);
  }
});
