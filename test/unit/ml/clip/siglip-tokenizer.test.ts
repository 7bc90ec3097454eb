import { describe, expect, it } from 'vitest';
import { TextTokenizer } from '../../../../src/ml/clip/text-tokenizer.js';
import { siglipJson, siglipReference } from '../../../support/clip/siglip-fixtures.js';

const SIGLIP = { contextLength: 64, padsToContext: true, lowercases: true } as const;
const { texts } = siglipReference();

describe('a tokenizer of SigLIP', () => {
  const tokenizer = new TextTokenizer(
    siglipJson('tokenizer.json'),
    siglipJson('tokenizer_config.json'),
    SIGLIP,
  );

  it.each(texts.map(({ text, ids }) => [text, ids] as const))(
    'gives %j the ids that transformers gives it, padded to the context',
    (text, ids) => {
      expect(tokenizer.encode(text)).toEqual(ids);
    },
  );
});

describe('a tokenizer of SigLIP 2, which lower-cases nothing itself', () => {
  const tokenizer = new TextTokenizer(
    siglipJson('gemma_tokenizer.json'),
    { pad_token: '<pad>' },
    SIGLIP,
  );

  it.each(texts.map(({ text, gemmaIds }) => [text, gemmaIds] as const))(
    "gives %j the ids that transformers' Siglip2Tokenizer gives it",
    (text, ids) => {
      expect(tokenizer.encode(text)).toEqual(ids);
    },
  );
});
