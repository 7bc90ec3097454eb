import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { imageTokens, textTokens } from '../../../src/ml/clip/kept-tokens.js';
import { l2NormalizeRows } from '../../../src/ml/clip/l2-normalize.js';
import { pixelValueTable, toPixelValues } from '../../../src/ml/clip/pixel-values.js';
import { plainImageTower } from '../../../src/ml/clip/plain-image-tower.js';
import { plainTextTower } from '../../../src/ml/clip/plain-text-tower.js';
import { bucketLength, bucketTexts } from '../../../src/ml/clip/text-buckets.js';
import { imageTokenRow, textTokenRow } from '../../../src/ml/clip/token-rows.js';
import { unitVector } from '../../../src/ml/clip/tower-end.js';
import { fromFloat16, toFloat16 } from '../../../src/ml/data/float16.js';
import { add, cast, input, mul, reshape } from '../../../src/ml/graph/build.js';
import type { Node } from '../../../src/ml/graph/node.js';
import { planResize } from '../../../src/ml/image/image-preprocessing.js';
import { exportGraph } from '../../../src/ml/onnx/export-graph.js';
import { ProtoMessage } from '../../../src/ml/onnx/proto-reader.js';
import { Session, type Tensors } from '../../../src/ml/runtime/session.js';
import { EXPORTS, FEEDS, reference } from '../../support/clip/hf-exports.js';
import { weightsOutside } from '../../support/ml/weights-outside.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-plain-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function written(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const to = path.join(folder, 'plain.onnx');
  await writeFile(to, bytes);
  return to;
}

async function tower(output: string, value: Node): Promise<string> {
  const to = path.join(folder, 'tower.onnx');
  await writeFile(to, exportGraph({ outputs: { [output]: value } }));
  return to;
}

async function run(file: string, feeds: Tensors): Promise<Float32Array> {
  const session = await Session.open(file, { threads: 1 });
  try {
    expect(session.inputs.map(({ name }) => name)).toEqual(Object.keys(feeds));
    const found = await session.run(feeds);
    const [output, ...more] = Object.values(found);
    expect(more).toEqual([]);
    return output!.data as Float32Array;
  } finally {
    await session.close();
  }
}

const unit = (values: Iterable<number>) => {
  const row = Float32Array.from(values);
  l2NormalizeRows(row, row.length);
  return row;
};

function expectNear(found: Float32Array, wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, 6);
}

/** Levels as they are, of photos of this size. */
function whole(width: number, height: number): EncoderDescription['image'] {
  const crop = { width, height };
  const resize = { kind: 'exact', ...crop } as const;
  return {
    geometry: { resize, crop, cropRounding: 'floor', filter: 'bicubic' },
    normalization: { rescaleFactor: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  };
}

const CLIP = {
  rescaleFactor: 0.00392156862745098,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

describe('a plain image tower', () => {
  it.each([
    ['floor', 9, 5],
    ['floor', 4, 11],
    ['half-even', 9, 7],
    ['half-even', 10, 11],
    ['half-even', 4, 4],
  ] as const)(
    'crops (%s) and normalises as the encoder does: %i x %i',
    async (rounding, width, height) => {
      const crop = { width: 4, height: 4 };
      const resize = { kind: 'exact', width, height } as const;
      const geometry = { resize, crop, cropRounding: rounding, filter: 'bicubic' } as const;
      // What the tower was given comes out, and can be looked at.
      const size = 3 * 4 * 4;
      const given = reshape(input('pixel_values', ['N', 3, 4, 4]), ['N', size]);
      const found = await run(
        await written(
          plainImageTower(
            await tower('image_embeds', given),
            { geometry, normalization: CLIP },
            unitVector(['image_embeds'], size),
          ),
        ),
        { image: { dtype: 'uint8', shape: [1, height, width, 3], data: levels(width, height) } },
      );
      const { left, top } = planResize(geometry, width, height);
      const all = levels(width, height);
      const kept = Uint8Array.from({ length: size }, (_, i) => {
        const [y, x, channel] = [Math.floor(i / 12), Math.floor(i / 3) % 4, i % 3];
        return all[((top + y) * width + left + x) * 3 + channel]!;
      });
      expectNear(found, unit(toPixelValues(kept, 1, pixelValueTable(CLIP))));
    },
  );

  it('leaves weights outside where they are, and what its embedding does not need away', async () => {
    const from = path.join(folder, 'vision_model.onnx');
    const { model, data } = weightsOutside(
      await readFile(path.join(EXPORTS, 'vision-traced.onnx')),
      'vision_model.onnx_data',
    );
    await writeFile(from, model);
    await writeFile(`${from}_data`, data);
    const file = await written(
      plainImageTower(
        from,
        whole(16, 16),
        unitVector(['image_embeds'], reference.vision.length / 3),
      ),
    );
    const bytes = await readFile(file);
    expect(bytes.length).toBeLessThan(data.length);
    const notice = new ProtoMessage(bytes).messages(14).map((entry) => entry.strings(1)[0]);
    expect(notice).toContain('clipwright');
    const shape = [1, 16, 16, 3];
    const black = { dtype: 'uint8', shape, data: new Uint8Array(768) } as const;
    const wanted = await embedded('vision-traced.onnx', {
      pixel_values: { dtype: 'float32', shape: [1, 3, 16, 16], data: new Float32Array(768) },
    });
    expectNear(await run(file, { image: black }), unit(wanted));
  });
});

describe('a plain text tower', () => {
  const CONTEXT = 40;
  const FILLING = {
    lengths: Array.from({ length: CONTEXT + 1 }, (_, at) => bucketLength(at, CONTEXT)),
    id: 9,
    isSeen: false,
  };
  /** What a tower of this length was given comes out: each token, and 1000 more where the mask sees it. */
  const seen = (length: number) => {
    const [ids, mask] = ['input_ids', 'attention_mask'].map((name) =>
      cast(input(name, ['N', length], 'int64'), 'float32'),
    );
    return add(ids!, mul(mask!, 1000));
  };

  it.each([
    ['as it is', 30, false],
    ['filled up to the least length', 3, true],
    ['filled up to the next length', 30, true],
    ['at a length that needs no filling', 20, true],
    ['as long as the context', CONTEXT, true],
  ] as const)('sees a text %s', async (_, length, fills) => {
    const ids = Array.from({ length }, (_, at) => 5 + at);
    const [bucket] = bucketTexts([ids], CONTEXT, 9, 1024, (count) => count);
    const filled = fills ? [...bucket!.inputIds].map(Number) : ids;
    const wanted = filled.map((id, at) => (at < length ? 1000 + id : id));
    const file = await written(
      plainTextTower(
        await tower('text_embeds', seen(filled.length)),
        fills ? FILLING : null,
        unitVector(['text_embeds'], filled.length),
      ),
    );
    const data = BigInt64Array.from(ids, BigInt);
    expectNear(
      await run(file, { text: { dtype: 'int64', shape: [1, length], data } }),
      unit(wanted),
    );
  });

  it("has PyTorch's embedding of a text", async () => {
    const { data, shape } = FEEDS.text.input_ids;
    const length = shape[1]!;
    const mask = [...FEEDS.text.attention_mask.data.subarray(0, length)];
    const tokens = data.slice(0, mask.filter((isSeen) => isSeen === 1n).length);
    const dimension = reference.text.length / 3;
    const file = await written(
      plainTextTower(
        path.join(EXPORTS, 'text-dynamo.onnx'),
        null,
        unitVector(['text_embeds'], dimension),
      ),
    );
    const text = { dtype: 'int64', shape: [1, tokens.length], data: tokens } as const;
    expectNear(await run(file, { text }), unit(reference.text.slice(0, dimension)));
  });

  it('says which output is missing', async () => {
    const from = path.join(EXPORTS, 'vision-traced.onnx');
    const plain = plainTextTower(from, null, unitVector(['text_embeds'], 8));
    await expect(written(plain)).rejects.toThrow('expected the output text_embeds but found');
  });
});

describe('the tokens of a plain tower', () => {
  /** Sums of a few numbers in another order; the halves that they are rounded to are a thousandth apart. */
  const expectHalves = (found: Float32Array, exact: Float32Array) => {
    const wanted = fromFloat16(toFloat16(exact));
    expect(found).toHaveLength(wanted.length);
    for (const [i, value] of found.entries()) {
      expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(Math.abs(wanted[i]!) / 1000);
    }
  };

  it.each([
    ['a grid as it is', 4, 16],
    ['a class token and a grid', 4, 17],
    ['a finer grid in means of neighbours', 9, 49],
    ['that with a class token', 9, 50],
  ])('are those of an image: %s', async (_, patches, count) => {
    const classTokens = count - Math.floor(Math.sqrt(count)) ** 2;
    const length = classTokens + patches ** 2;
    // Its states are the pixels, three to a state.
    const states = reshape(input('pixel_values', ['N', 3, 1, length]), ['N', length, 3]);
    const shape = { count, width: 3 };
    const data = levels(length, 1);
    const found = await run(
      await written(
        plainImageTower(
          await tower('last_hidden_state', states),
          whole(length, 1),
          imageTokenRow(shape, patches),
        ),
      ),
      { image: { dtype: 'uint8', shape: [1, 1, length, 3], data } },
    );
    const { normalization } = whole(length, 1);
    const values = toPixelValues(data, 1, pixelValueTable(normalization));
    expectHalves(found, imageTokens(values, shape)!);
  });

  it.each([
    ['shorter than there is room for', 3],
    ['as long', 5],
    ['longer', 8],
    ['as long as the context', 12],
  ])('are those of a text without what fills it up: %s', async (_, length) => {
    const context = 12;
    const ids = Array.from({ length }, (_, at) => 7 * at + 1);
    const states = reshape(cast(input('input_ids', ['N', context], 'int64'), 'float32'), [
      'N',
      context,
      1,
    ]);
    const shape = { count: 5, width: 1 };
    const filling = { lengths: Array(context + 1).fill(context), id: 9, isSeen: true };
    const file = await written(
      plainTextTower(
        await tower('last_hidden_state', states),
        filling,
        textTokenRow(shape, context),
      ),
    );
    const data = BigInt64Array.from(ids, BigInt);
    const found = await run(file, { text: { dtype: 'int64', shape: [1, length], data } });
    expectHalves(found, textTokens(Float32Array.from(ids), shape));
  });
});

async function embedded(file: string, feeds: Tensors): Promise<Float32Array> {
  const session = await Session.open(path.join(EXPORTS, file), { threads: 1 });
  try {
    return (await session.run(feeds, ['image_embeds'])).image_embeds!.data as Float32Array;
  } finally {
    await session.close();
  }
}

/** No two neighbours are alike. */
function levels(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
}
