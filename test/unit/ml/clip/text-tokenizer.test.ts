import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAX_TEXT_UNITS, TextTokenizer } from '../../../../src/ml/clip/text-tokenizer.js';
import {
  CLIP_REFERENCE,
  type GoldenText,
  hardTexts,
  hasReference,
  needsReference,
  referenceTexts,
  TINY_CLIP,
} from '../../../support/clip/fixtures.js';

const BOS = 49406;
const EOS = 49407;

function readJson(...parts: string[]): unknown {
  return JSON.parse(readFileSync(path.join(...parts), 'utf8')) as unknown;
}

function byteTokenizer(contextLength = 77): TextTokenizer {
  return new TextTokenizer(readJson(TINY_CLIP, 'tokenizer.json'), null, { contextLength });
}

describe.skipIf(!hasReference)(`CLIP's own tokenizer${needsReference}`, () => {
  const folder = path.join(CLIP_REFERENCE, 'tokenizer');
  const tokenizer = hasReference
    ? new TextTokenizer(
        readJson(folder, 'tokenizer.json'),
        readJson(folder, 'tokenizer_config.json'),
        { contextLength: 77 },
      )
    : byteTokenizer();

  it('gives the ids of Hugging Face for all 420 texts', () => {
    const texts = referenceTexts();
    expect(texts.length).toBe(420);
    expect(texts.filter((text) => !agrees(tokenizer, text))).toEqual([]);
  });

  it('gives them for the 220 hard texts in the fixtures', () => {
    const texts = hardTexts();
    expect(texts.length).toBe(220);
    expect(texts.filter((text) => !agrees(tokenizer, text))).toEqual([]);
  });

  it('pads with the pad token of its configuration', () => {
    expect(tokenizer.padId).toBe(EOS);
  });
});

describe('a tokenizer', () => {
  it('puts the end after what it cut', () => {
    const ids = byteTokenizer(8).encode('abcdefghijkl');
    expect(ids).toHaveLength(8);
    expect([ids[0], ids[7]]).toEqual([BOS, EOS]);
    expect(ids.slice(1, 7)).toEqual([...'abcdef'].map((letter) => letter.charCodeAt(0)));
  });

  it('gives an empty text only the start and the end', () => {
    expect(byteTokenizer().encode('')).toEqual([BOS, EOS]);
  });

  it('reads half a surrogate pair as U+FFFD', () => {
    const replaced = byteTokenizer().encode('a\ufffdb');
    expect(byteTokenizer().encode('a\ud83db')).toEqual(replaced);
    expect(byteTokenizer().encode('a\ude00b')).toEqual(replaced);
  });

  it('lower-cases each character alone, so a final sigma stays an ordinary one', () => {
    expect(byteTokenizer().encode('ΟΔΟΣ')).toEqual(byteTokenizer().encode('οδοσ'));
  });

  it('reads no further than its limit', () => {
    const tokenizer = byteTokenizer(4 * MAX_TEXT_UNITS);
    const whole = tokenizer.encode('x'.repeat(MAX_TEXT_UNITS));
    expect(tokenizer.encode('x'.repeat(MAX_TEXT_UNITS + 500))).toEqual(whole);
  });

  it('cuts a pair at its limit into U+FFFD, not into half a pair', () => {
    const ids = byteTokenizer(4 * MAX_TEXT_UNITS).encode(`${'x'.repeat(MAX_TEXT_UNITS - 1)}😀`);
    expect(ids.slice(-4)).toEqual([0xef, 0xbf, 0xbd, EOS]);
  });

  it.each([
    ['no object', 7],
    [
      'an unknown model',
      { ...(readJson(TINY_CLIP, 'tokenizer.json') as object), model: { type: 'Magic' } },
    ],
    ['nothing', {}],
  ])('is refused with a typed error where the file holds %s', (_, json) => {
    expect(() => new TextTokenizer(json, null, { contextLength: 77 })).toThrow(
      expect.objectContaining({ code: 'ENCODER_FILE_INVALID' }),
    );
  });

  it('is refused where its own tokens fill the context', () => {
    expect(() => byteTokenizer(2)).toThrow(
      expect.objectContaining({ code: 'ENCODER_FILE_INVALID' }),
    );
  });
});

function agrees(tokenizer: TextTokenizer, { text, ids, hf_ids }: GoldenText): boolean {
  return JSON.stringify(tokenizer.encode(text)) === JSON.stringify(hf_ids ?? ids);
}
