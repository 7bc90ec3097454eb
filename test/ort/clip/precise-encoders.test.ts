import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddingRunner } from '../../../src/ml/clip/embed-ports.js';
import { Encoder } from '../../../src/ml/clip/encoder.js';
import type { EncoderDescription, TowerFiles } from '../../../src/ml/clip/encoder-description.js';
import { encodeModel } from '../../../src/ml/onnx/model.js';
import { quantiseTowers } from '../../../src/ml/processes/quantise-towers.js';
import type { Device } from '../../../src/ml/runtime/device.js';
import { chooseEncoder, encoderAsOf } from '../../../src/services/choose-encoder.js';
import { LocalEncoders } from '../../../src/services/local-encoders.js';
import { PreciseEncoders } from '../../../src/services/precise-encoders.js';
import { removeStalePrecisions } from '../../../src/services/remove-stale-precisions.js';
import { VariantStore } from '../../../src/services/variant-store.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';

const ID = 'local/tiny';
let root: string;
let opened: Map<string, Encoder>;
let quantised: number;
const at = (...names: string[]) => path.join(root, ...names);

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'clipwright-precise-'));
  await cp(TINY_CLIP, at('encoders/tiny'), { recursive: true });
  opened = new Map();
  quantised = 0;
});
afterEach(async () => {
  await Promise.all([...opened.values()].map((encoder) => encoder.close()));
  await rm(root, { recursive: true });
});

/** In this process, one at a time. */
const runner: EmbeddingRunner & { use(encoder: EncoderDescription): Encoder } = {
  processes: 1,
  use(encoder) {
    const known = opened.get(encoder.revision) ?? new Encoder(encoder, 1);
    opened.set(encoder.revision, known);
    return known;
  },
  embedImages: (encoder, levels, count) => runner.use(encoder).embedImages(levels, count),
  embedTexts: (encoder, texts) => runner.use(encoder).embedTexts(texts),
};

const localEncoders = () =>
  new LocalEncoders(
    { builtIn: at('none'), local: at('encoders'), hub: at('none') },
    { license: () => null, onUnusable: () => {} },
  );

/** As a server is after its start. */
function start(
  quantise = (from: TowerFiles, to: TowerFiles) => quantiseTowers(from, to),
  device: Device = 'cpu',
): PreciseEncoders {
  return new PreciseEncoders({
    encoders: localEncoders(),
    store: new VariantStore(at('precisions')),
    runner,
    device: async () => device,
    quantise(from, to) {
      quantised++;
      return quantise(from, to);
    },
  });
}

describe('INT8 of an encoder that has FP32 alone', () => {
  it('is made at first use and once, and says how near it is', async () => {
    const encoders = start();
    const before = (await encoders.get(ID))!;
    expect(before.variants).toMatchObject([
      { precision: 'INT8', source: 'QUANTISED', sizeBytes: null, drift: null },
    ]);
    const both = await Promise.all([1, 2].map(() => chooseEncoder(encoders, ID, 'INT8')));
    expect(both[1]).toEqual(both[0]);
    expect(quantised).toBe(1);
    const [made] = (await encoders.get(ID))!.variants;
    expect(made!.sizeBytes).toBeLessThan(900_000);
    expect(made!.drift!.imageCosine).toBeGreaterThan(0.999);
    expect(made!.drift!.imageCosine).toBeLessThan(1);
    expect(both[0]!.description).toMatchObject({ precision: 'INT8', revision: made!.revision });

    const texts = ['a dog', 'two people on a beach'];
    const [fp32, int8] = [before, both[0]!].map(({ description }) => runner.use(description));
    const [a, b] = [await fp32!.embedTexts(texts), await int8!.embedTexts(texts)];
    expect(b).not.toEqual(a);
    const largest = Math.max(...a.map((each, i) => Math.abs(each - b[i]!)));
    expect(largest).toBeLessThan(0.05);
  });

  it('is there after a new start, with the revision that vectors were made in', async () => {
    const { description } = await chooseEncoder(start(), ID, 'INT8');
    const { revision, preprocessingHash: preprocessing } = description;
    const again = start();
    const encoder = (await again.get(ID))!;
    const space = { precision: 'INT8', revision, preprocessing } as const;
    expect((await encoderAsOf(again, encoder, space))!.description).toEqual(description);
    expect(quantised).toBe(1);
  });

  it('becomes another with any byte of FP32', async () => {
    const { description } = await chooseEncoder(start(), ID, 'INT8');
    const config = at('encoders/tiny/config.json');
    await writeFile(config, `${await readFile(config, 'utf8')} `);
    const changed = await chooseEncoder(start(), ID, 'INT8');
    expect(changed.description.revision).not.toBe(description.revision);
  });

  it('is made anew where an attempt was cut off, and nothing half made is ever used', async () => {
    const [variant] = (await start().get(ID))!.variants;
    const folder = at('precisions', variant!.revision);
    const failing = start(async (_, to) => {
      await writeFile(to.vision, 'half');
      throw new Error('the machine went away');
    });
    await expect(chooseEncoder(failing, ID, 'INT8')).rejects.toThrow('went away');
    expect(await readdir(folder)).toEqual([]);
    // What a kill leaves, which nothing tidies up at once.
    await mkdir(path.join(folder, '.making-x'));
    await writeFile(path.join(folder, '.making-x/vision_model.onnx'), 'half');
    await utimes(path.join(folder, '.making-x'), 0, 0);
    expect((await chooseEncoder(start(), ID, 'INT8')).description.precision).toBe('INT8');
    expect((await readdir(folder)).sort()).toEqual(['drift.json', 'towers']);
  });

  it('made by two at once is one', async () => {
    const made = await Promise.all(
      [start(), start()].map((each) => chooseEncoder(each, ID, 'INT8')),
    );
    expect(quantised).toBe(2);
    expect(made[0]!.description).toEqual(made[1]!.description);
    const folder = path.dirname(made[0]!.description.towers.vision);
    expect((await readdir(path.dirname(folder))).sort()).toEqual(['drift.json', 'towers']);
  });

  it('that has nothing to quantise is refused, and AUTO then is FP32', async () => {
    const value = (name: string) => ({ name, dtype: 'float32' as const, shape: ['n'] });
    const graph = {
      name: 'no products',
      nodes: [{ type: 'Relu', inputs: ['pixel_values'], outputs: ['image_embeds'] }],
      initializers: {},
      inputs: [value('pixel_values')],
      outputs: [value('image_embeds')],
    };
    await writeFile(at('encoders/tiny/onnx/vision_model.onnx'), encodeModel(graph));
    await expect(chooseEncoder(start(), ID, 'INT8')).rejects.toMatchObject({
      code: 'ENCODER_UNSUPPORTED',
      message: expect.stringContaining('use another precision'),
    });
    expect((await chooseEncoder(start(), ID, 'AUTO')).description.precision).toBe('FP32');
  });

  it('is measured again where what was measured cannot be read', async () => {
    const { description } = await chooseEncoder(start(), ID, 'INT8');
    const drift = at('precisions', description.revision, 'drift.json');
    await writeFile(drift, '{');
    await chooseEncoder(start(), ID, 'INT8');
    expect((await stat(drift)).size).toBeGreaterThan(20);
  });
});

describe('what was made of an encoder', () => {
  const sweep = () =>
    removeStalePrecisions({
      encoders: localEncoders(),
      store: new VariantStore(at('precisions')),
    });
  const kept = () => readdir(at('precisions'));
  let revision: string;
  const revisionNow = async () => (await start().get(ID))!.variants[0]!.revision;
  beforeEach(async () => {
    revision = await revisionNow();
    await mkdir(at('precisions', revision, 'towers'), { recursive: true });
    await utimes(at('precisions', revision), 0, 0);
  });

  it('stays with it, and goes an hour after the encoder at the earliest', async () => {
    await sweep();
    expect(await kept()).toEqual([revision]);
    await rm(at('encoders/tiny'), { recursive: true });
    await utimes(at('precisions', revision), new Date(), new Date());
    await sweep();
    expect(await kept()).toEqual([revision]);
    await utimes(at('precisions', revision), 0, 0);
    await writeFile(at('precisions/mine.txt'), 'not a revision');
    await sweep();
    expect(await kept()).toEqual(['mine.txt']);
  });

  it('goes where the encoder has become another', async () => {
    const config = at('encoders/tiny/config.json');
    await writeFile(config, `${await readFile(config, 'utf8')} `);
    const changed = await revisionNow();
    await mkdir(at('precisions', changed));
    await sweep();
    expect(await kept()).toEqual([changed]);
  });

  it('stays while an encoder is faulty', async () => {
    await writeFile(at('encoders/tiny/config.json'), '{');
    await sweep();
    expect(await kept()).toEqual([revision]);
  });

  it('is none where nothing was made', async () => {
    await rm(at('precisions'), { recursive: true });
    await sweep();
  });
});

describe('an encoder’s own files', () => {
  const put = async (precision: string, tower: string, source = tower) =>
    cp(
      at(`encoders/tiny/onnx/${source}_model.onnx`),
      at(`encoders/tiny/onnx/${tower}_model_${precision}.onnx`),
    );

  it('are used before what could be made here, and compared with FP32 too', async () => {
    await put('quantized', 'vision');
    await put('quantized', 'text');
    const encoders = start();
    const encoder = (await encoders.get(ID))!;
    expect(encoder.variants.map(({ source }) => source)).toEqual(['FILE', 'QUANTISED']);
    const drift = await encoders.prepare(encoder, encoder.variants[0]!);
    expect(drift.imageCosine).toBeCloseTo(1, 6);
    // How fast it is depends on the machine: as it would be of a good file.
    const kept = at('precisions', encoder.variants[0]!.revision, 'drift.json');
    await writeFile(kept, JSON.stringify({ ...drift, speedup: 3 }));
    const { description } = await chooseEncoder(encoders, ID, 'INT8');
    expect(description.towers.vision).toBe('onnx/vision_model_quantized.onnx');
    expect(quantised).toBe(0);
  });

  it('that are no towers of this encoder are never used', async () => {
    await put('fp16', 'vision');
    await put('fp16', 'text', 'vision');
    await expect(chooseEncoder(start(), ID, 'FP16')).rejects.toMatchObject({
      code: 'ENCODER_UNSUPPORTED',
      message: expect.stringContaining('text_model_fp16.onnx'),
    });
  });
});
