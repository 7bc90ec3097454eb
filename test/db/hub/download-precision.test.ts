import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Precision } from '../../../src/db/enums.js';
import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { tryEncoder } from '../../../src/ml/processes/try-encoder.js';
import { downloadEncoder } from '../../../src/services/download-encoder.js';
import { dropAfter, LocalHub } from '../../support/hub/local-hub.js';
import { tinyFiles } from '../../support/hub/tiny-files.js';
import { CATALOGUE, downloadTasks, ENCODER } from './download-tasks.js';
import { EncoderLine } from './encoder-line.js';

const VISION = 'onnx/vision_model.onnx';
const QUANTISED = 'onnx/vision_model_quantized.onnx';

let line: EncoderLine;
let hub: LocalHub;
beforeAll(async () => {
  line = await EncoderLine.create(CATALOGUE);
});
beforeEach(async () => {
  await line.begin();
  hub = await LocalHub.start(ENCODER, tinyFiles());
  await line.work(downloadTasks(hub.endpoint, line.hubRoot));
});
afterEach(async () => {
  await line.end();
  await hub.stop();
});
afterAll(() => line.close());

const ask = (precision: Precision) => {
  const { db, catalogue, encoders } = line;
  return downloadEncoder({ db, catalogue, encoders, offline: false }, { id: ENCODER, precision });
};
const download = async (precision: Precision) => line.ended(await ask(precision));
const encoder = async () => (await line.encoders.get(ENCODER))!;

describe('downloadEncoder of a precision', () => {
  it('fetches FP32 alone unless asked for more', async () => {
    expect(await download('FP32')).toMatchObject({ status: 'SUCCEEDED' });
    expect(hub.fetched(QUANTISED)).toEqual([]);
    expect((await line.entry(ENCODER))!.precisions).toMatchObject([
      { precision: 'FP32', source: 'FILE' },
      { precision: 'INT8', source: 'CATALOGUE', sizeBytes: null },
    ]);
  });

  it('fetches it beside FP32, whose revision stays as it was', async () => {
    await download('FP32');
    const before = await encoder();
    expect(await download('INT8')).toMatchObject({ status: 'SUCCEEDED' });
    const after = await encoder();
    expect(after.description).toEqual(before.description);
    expect(after.variants).toMatchObject([{ precision: 'INT8', source: 'FILE' }]);
    expect(hub.fetched(VISION)).toHaveLength(1);
    expect((await line.entry(ENCODER))!.precisions).toMatchObject([
      { precision: 'FP32', source: 'FILE' },
      { precision: 'INT8', source: 'FILE', sizeBytes: after.variants[0]!.sizeBytes },
    ]);
    expect(await readdir(path.join(line.hubRoot, '.partial/someone'))).toEqual([]);
    await expect(ask('INT8')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('fetches both where there is no encoder yet, and goes on where it broke off', async () => {
    hub.answer(QUANTISED, dropAfter(100_000));
    expect(await download('INT8')).toMatchObject({ status: 'SUCCEEDED' });
    expect(hub.fetched(QUANTISED).map(({ range }) => range)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=\d+-$/),
    ]);
    expect((await encoder()).variants).toHaveLength(1);
  });

  it('refuses what the catalogue does not name', async () => {
    await expect(ask('FP16')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('expected one of FP32, INT8'),
    });
  });

  it('refuses the files of other weights than were downloaded, before it fetches them', async () => {
    await download('FP32');
    const other = new ProtoWriter().string(2, 'another export').finish();
    hub.files.set(VISION, Buffer.concat([hub.files.get(VISION)!, other]));
    expect(await download('INT8')).toMatchObject({
      status: 'FAILED',
      code: 'CONFLICT',
      message: expect.stringContaining(VISION),
    });
    expect(hub.fetched(QUANTISED)).toEqual([]);
    expect(await encoder()).toMatchObject({ status: 'READY', variants: [] });
  });

  it('never puts a graph there that is not sound, and leaves the encoder usable', async () => {
    await download('FP32');
    hub.files.set(QUANTISED, Buffer.from('no graph'));
    expect(await download('INT8')).toMatchObject({ code: 'ENCODER_FILE_INVALID' });
    const folder = path.join(line.hubRoot, ENCODER, 'onnx');
    expect((await readdir(folder)).sort()).toEqual(['text_model.onnx', 'vision_model.onnx']);
    expect(await encoder()).toMatchObject({ status: 'READY', variants: [] });
  });

  it.each([
    ['alone, which leaves the encoder usable', true],
    ['and FP32, of which nothing is kept', false],
  ])('refuses towers that do not embed: %s', async (_, hadFp32) => {
    if (hadFp32) await download('FP32');
    await line.stopWorkers();
    await line.work(downloadTasks(hub.endpoint, line.hubRoot, { tryEncoder }));
    const fp32 = hub.files.get(VISION)!.toString('latin1');
    hub.files.set(
      QUANTISED,
      Buffer.from(fp32.replaceAll('pixel_values', 'pixel_volues'), 'latin1'),
    );
    expect(await download('INT8')).toMatchObject({
      status: 'FAILED',
      code: 'ENCODER_UNSUPPORTED',
      message: expect.stringMatching(/^onnx\/vision_model_quantized\.onnx: .*pixel_volues/),
    });
    expect(await readdir(path.join(line.hubRoot, '.partial/someone'))).toEqual([]);
    if (hadFp32) expect(await encoder()).toMatchObject({ status: 'READY', variants: [] });
    else expect(await encoder()).toBeUndefined();
    hub.files.set(QUANTISED, tinyFiles()[QUANTISED]!);
    expect(await download('INT8')).toMatchObject({ status: 'SUCCEEDED' });
    expect((await encoder()).variants).toMatchObject([{ precision: 'INT8', source: 'FILE' }]);
  });

  it('of which one is under way is that job; of another precision it has to wait', async () => {
    // No worker takes these.
    await line.stopWorkers();
    const jobId = await ask('INT8');
    expect(await ask('INT8')).toBe(jobId);
    await expect(ask('FP32')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('in INT8'),
    });
  });
});
