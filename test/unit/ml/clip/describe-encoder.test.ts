import { cp, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../../src/ml/clip/describe-encoder.js';
import { ProtoWriter } from '../../../../src/ml/onnx/protobuf.js';
import { TINY_CLIP } from '../../../support/clip/fixtures.js';

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'clipwright-encoder-'));
  folder = path.join(root, 'tiny');
  await cp(TINY_CLIP, folder, { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

async function edit(
  file: string,
  change: (json: Record<string, unknown>) => unknown,
): Promise<void> {
  const name = path.join(folder, file);
  const json = JSON.parse(await readFile(name, 'utf8')) as Record<string, unknown>;
  await writeFile(name, JSON.stringify(change(json)));
}

describe('describeEncoder', () => {
  it('reads everything from the files', async () => {
    const encoder = await describeEncoder(folder);
    expect(encoder).toMatchObject({
      dimension: 32,
      image: {
        geometry: {
          resize: { kind: 'shortest', edge: 224 },
          crop: { width: 224, height: 224 },
          cropRounding: 'floor',
          filter: 'bicubic',
        },
        normalization: { mean: [0.48145466, 0.4578275, 0.40821073] },
      },
      text: { contextLength: 77 },
    });
    expect(encoder.revision).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on where the folder lies or what it is called', async () => {
    const { directory: here, ...first } = await describeEncoder(folder);
    const { directory: there, ...second } = await describeEncoder(TINY_CLIP);
    expect(here).not.toBe(there);
    expect(first).toEqual(second);
  });

  it('changes the revision with any byte of a model, and the pre-processing hash only with pre-processing', async () => {
    const before = await describeEncoder(folder);
    await edit('config.json', (json) => ({ ...json, note: 'other bytes' }));
    const config = await describeEncoder(folder);
    expect(config.revision).not.toBe(before.revision);
    expect(config.preprocessingHash).toBe(before.preprocessingHash);
    await edit('preprocessor_config.json', (json) => ({ ...json, image_mean: [0.5, 0.5, 0.5] }));
    const mean = await describeEncoder(folder);
    expect(mean.preprocessingHash).not.toBe(before.preprocessingHash);
    const rounding = await describeEncoder(folder, { cropRounding: 'half-even' });
    expect(rounding.preprocessingHash).not.toBe(mean.preprocessingHash);
    expect(rounding.revision).toBe(mean.revision);
  });

  it.each([
    [224, { kind: 'shortest', edge: 224 }],
    [{ shortest_edge: 256 }, { kind: 'shortest', edge: 256 }],
    [
      { height: 224, width: 224 },
      { kind: 'exact', width: 224, height: 224 },
    ],
  ])('understands a size of %j', async (size, resize) => {
    await edit('preprocessor_config.json', (json) => ({ ...json, size, crop_size: 224 }));
    expect((await describeEncoder(folder)).image.geometry.resize).toEqual(resize);
  });

  it.each([
    'config.json',
    'preprocessor_config.json',
    'tokenizer.json',
    'onnx/vision_model.onnx',
    'onnx/text_model.onnx',
  ])('names %s where it is missing', async (file) => {
    await rm(path.join(folder, file));
    await expect(describeEncoder(folder)).rejects.toMatchObject({
      code: 'ENCODER_FILE_MISSING',
      message: expect.stringContaining(file),
    });
  });

  it('refuses a folder that is not there', async () => {
    await expect(describeEncoder(path.join(root, 'none'))).rejects.toMatchObject({
      code: 'ENCODER_FILE_MISSING',
    });
  });

  it.each([
    ['not JSON', 'config.json', () => '{'],
    ['no dimension', 'config.json', () => '{"text_config":{},"vision_config":{}}'],
    ['a list', 'preprocessor_config.json', () => '[]'],
  ])('says which file is malformed: %s', async (_, file, content) => {
    await writeFile(path.join(folder, file), content());
    await expect(describeEncoder(folder)).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining(file),
    });
  });

  it.each([
    ['another filter', { resample: 1 }],
    ['no resize', { do_resize: false }],
    ['a crop beyond the image', { size: { shortest_edge: 200 } }],
    ['no crop', { do_center_crop: false }],
    ['a zero deviation', { image_std: [1, 0, 1] }],
  ])('refuses what it would get wrong: %s', async (_, change) => {
    await edit('preprocessor_config.json', (json) => ({ ...json, ...change }));
    await expect(describeEncoder(folder)).rejects.toMatchObject({ code: 'ENCODER_UNSUPPORTED' });
  });

  it('refuses files that contradict each other', async () => {
    await edit('preprocessor_config.json', (json) => ({ ...json, size: 256, crop_size: 256 }));
    await expect(describeEncoder(folder)).rejects.toMatchObject({ code: 'ENCODER_FILE_INVALID' });
  });

  it('reads no JSON file of absurd size', async () => {
    await truncate(path.join(folder, 'config.json'), 65 * 1024 * 1024);
    await expect(describeEncoder(folder)).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('at most'),
    });
  });

  it('follows no link out of the folder', async () => {
    await rm(path.join(folder, 'tokenizer.json'));
    await symlink(path.join(TINY_CLIP, 'tokenizer.json'), path.join(folder, 'tokenizer.json'));
    await expect(describeEncoder(folder)).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('leads out'),
    });
  });
});

describe('the towers', () => {
  it('are checked before anything opens them: weights in a file elsewhere are refused', async () => {
    const place = new ProtoWriter().string(1, 'location').string(2, '/etc/passwd');
    const tensor = new ProtoWriter().int(14, 1).message(13, place);
    const graph = new ProtoWriter().message(5, tensor);
    const file = path.join(folder, 'onnx/text_model.onnx');
    await writeFile(file, new ProtoWriter().message(7, graph).finish());
    await expect(describeEncoder(folder)).rejects.toMatchObject({
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('onnx/text_model.onnx'),
    });
  });

  it('have their weights beside them as a file, not as a link', async () => {
    const data = path.join(folder, 'onnx/vision_model.onnx_data');
    await writeFile(data, 'weights');
    const sound = await describeEncoder(folder);
    expect(sound.revision).not.toBe((await describeEncoder(TINY_CLIP)).revision);
    await rm(data);
    await symlink('../config.json', data);
    await expect(describeEncoder(folder)).rejects.toThrow('is a link');
  });
});
