import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { plainTokenizer } from '../../../../src/ml/clip/plain-tokenizer.js';
import { TextTokenizer } from '../../../../src/ml/clip/text-tokenizer.js';
import { TINY_CLIP } from '../../../support/clip/fixtures.js';
import { siglipJson } from '../../../support/clip/siglip-fixtures.js';

it('cuts to the context, and takes back what padding a file asks for where the encoder does not', () => {
  const own = JSON.parse(readFileSync(path.join(TINY_CLIP, 'tokenizer.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const asking = { ...own, padding: { pad_id: 3 } };
  const plain = plainTokenizer(asking, { contextLength: 77 }, () => 3);
  expect(plain).toMatchObject({ truncation: { max_length: 77 }, padding: null });
  expect({ ...(plain as object), truncation: null, padding: null }).toEqual({
    ...own,
    truncation: null,
    padding: null,
  });
});

it('is still what this program tokenises by', () => {
  const text = { contextLength: 64, padsToContext: true, lowercases: true } as const;
  const [file, config] = [siglipJson('tokenizer.json'), siglipJson('tokenizer_config.json')];
  const tokenizer = new TextTokenizer(file, config, text);
  const plain = new TextTokenizer(
    plainTokenizer(file, text, () => tokenizer.padId),
    null,
    text,
  );
  for (const each of ['A Bird, ON a branch', '', 'x '.repeat(90)]) {
    expect(plain.encode(each)).toEqual(tokenizer.encode(each));
  }
});
