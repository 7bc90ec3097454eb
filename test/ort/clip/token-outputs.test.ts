import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { Encoder } from '../../../src/ml/clip/encoder.js';
import { type EncoderDescription, rowLength } from '../../../src/ml/clip/encoder-description.js';
import { pixelValueTable, toPixelValues } from '../../../src/ml/clip/pixel-values.js';
import { TextTokenizer } from '../../../src/ml/clip/text-tokenizer.js';
import { fromFloat16, toFloat16 } from '../../../src/ml/data/float16.js';
import { Session } from '../../../src/ml/runtime/session.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { TINY_SIGLIP } from '../../support/clip/siglip-fixtures.js';
import { tinyClipWithTokens } from '../../support/clip/with-token-output.js';
import { expectClose } from '../../support/ml/close.js';

let work: string;
let clip: EncoderDescription;
let siglip: EncoderDescription;
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'clipwright-tokens-'));
  clip = await describeEncoder(await tinyClipWithTokens(path.join(work, 'clip')));
  siglip = await describeEncoder(TINY_SIGLIP);
});
afterAll(() => rm(work, { recursive: true }));

/** The states of a tower's last layer, as ONNX Runtime gives them for one image or text. */
async function statesOf(file: string, feeds: Parameters<Session['run']>[0]): Promise<Float32Array> {
  const session = await Session.open(file, { threads: 1 });
  try {
    const { last_hidden_state } = await session.run(feeds, ['last_hidden_state']);
    return last_hidden_state!.data as Float32Array;
  } finally {
    await session.close();
  }
}

function levelsFor({ image }: EncoderDescription, seed: number): Uint8Array {
  const { width, height } = image.geometry.crop;
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + seed * 101) % 251);
}

/** Each token's coordinates without its presence, which is checked to be 1 for the first of them and 0 behind. */
function tokensIn(row: Float32Array, width: number, there: number): number[] {
  const tokens: number[] = [];
  for (let at = 0; at * (width + 1) < row.length; at++) {
    const start = at * (width + 1);
    expect(row[start + width]).toBe(at < there ? 1 : 0);
    if (at < there) tokens.push(...row.subarray(start, start + width));
  }
  return tokens;
}

const halved = (values: Float32Array) => [...fromFloat16(toFloat16(values))];

describe.each(['CLIP', 'SIGLIP'] as const)('the tokens of a %s', (family) => {
  const described = () => (family === 'CLIP' ? clip : siglip);
  const opened = async (more: Partial<EncoderDescription>, use: (of: Encoder) => Promise<void>) => {
    const encoder = new Encoder({ ...described(), ...more }, 1);
    try {
      await use(encoder);
    } finally {
      await encoder.close();
    }
  };

  it('are those of its vision tower, behind the embeddings that it gives without them', async () => {
    const { dimension, directory, towers, image, tokenShapes } = described();
    const { count, width } = tokenShapes.image!;
    const levels = Buffer.concat([0, 1, 2].map((seed) => levelsFor(described(), seed)));
    let rows = new Float32Array(0);
    await opened({ withTokens: true }, async (encoder) => {
      rows = new Float32Array(await encoder.embedImages(levels, 3));
    });
    const length = rowLength({ ...described(), withTokens: true }, 'image');
    expect(rows.length).toBe(3 * length);
    await opened({}, async (encoder) => {
      const vectors = await encoder.embedImages(levels, 3);
      for (let row = 0; row < 3; row++) {
        // A tower that is not asked for tokens is shortened, which is another order of the same sums.
        const found = rows.subarray(row * length, row * length + dimension);
        const expected = vectors.subarray(row * dimension, (row + 1) * dimension);
        expectClose(found, expected, { absolute: 1e-6, relative: 0 });
      }
    });
    const { crop } = image.geometry;
    const data = toPixelValues(levelsFor(described(), 1), 1, pixelValueTable(image.normalization));
    const states = await statesOf(path.join(directory, towers.vision), {
      pixel_values: { dtype: 'float32', shape: [1, 3, crop.height, crop.width], data },
    });
    expect(states.length).toBe(count * width);
    const found = tokensIn(rows.subarray(length + dimension, 2 * length), width, count);
    const expected = halved(states);
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 2);
    });
  });

  it('are those of its text tower up to the text’s end, however long the texts beside it are', async () => {
    const { dimension, directory, towers, text, tokenShapes } = described();
    const { width } = tokenShapes.text!;
    const json = async (name: string) =>
      JSON.parse(await readFile(path.join(directory, name), 'utf8')) as unknown;
    const config = family === 'SIGLIP' ? await json('tokenizer_config.json') : null;
    const tokenizer = new TextTokenizer(await json('tokenizer.json'), config, text);
    const texts = ['a dog', 'a text of a few more words than that', '', 'x'];
    const length = rowLength({ ...described(), withTokens: true }, 'text');
    await opened({ withTokens: true }, async (encoder) => {
      const rows = await encoder.embedTexts(texts);
      for (const [at, value] of texts.entries()) {
        const [alone, ids] = [await encoder.embedTexts([value]), tokenizer.unpadded(value)];
        expect(rows.subarray(at * length, (at + 1) * length)).toEqual(alone);
        // Twice: ONNX Runtime takes another path for a matrix of one row.
        const fed = [...tokenizer.padded(ids), ...tokenizer.padded(ids)].map(BigInt);
        const shape = [2, fed.length / 2];
        const ofIds = { dtype: 'int64', shape, data: BigInt64Array.from(fed) } as const;
        const mask = { ...ofIds, data: new BigInt64Array(fed.length).fill(1n) };
        const states = await statesOf(path.join(directory, towers.text), {
          input_ids: ofIds,
          ...(family === 'CLIP' && { attention_mask: mask }),
        });
        const there = Math.min(ids.length, 32);
        const found = tokensIn(alone.subarray(dimension), width, there);
        const expected = halved(states.subarray(0, ids.length * width));
        if (ids.length > there) continue;
        found.forEach((coordinate, i) => {
          expect(coordinate).toBeCloseTo(expected[i]!, 2);
        });
      }
    });
  });
});

describe('an encoder', () => {
  it('has no tokens of what its towers were exported without', async () => {
    expect((await describeEncoder(TINY_CLIP)).tokenShapes).toEqual({});
    expect(clip.tokenShapes).toEqual({
      image: { count: 50, width: 64 },
      text: { count: 32, width: 64 },
    });
    expect(clip.revision).not.toBe((await describeEncoder(TINY_CLIP)).revision);
  });

  it('is refused where its tower gives other states than config.json has it', async () => {
    const wider = { ...clip, tokenShapes: { image: { count: 50, width: 32 } } };
    const denser = { ...clip, tokenShapes: { image: { count: 50 + 51, width: 64 } } };
    for (const [description, code] of [
      [wider, 'ENCODER_FILE_INVALID'],
      [denser, 'ENCODER_UNSUPPORTED'],
    ] as const) {
      const encoder = new Encoder({ ...description, withTokens: true }, 1);
      await expect(encoder.embedImages(levelsFor(clip, 0), 1)).rejects.toMatchObject({ code });
      await encoder.close();
    }
  });
});
