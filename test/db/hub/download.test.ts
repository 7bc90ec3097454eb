import { cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Precision } from '../../../src/db/enums.js';
import { jobEventsAfter } from '../../../src/db/events.js';
import { ClipwrightError } from '../../../src/errors/clipwright-error.js';
import { tryEncoder } from '../../../src/ml/processes/try-encoder.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { downloadEncoder } from '../../../src/services/download-encoder.js';
import { combinedTinyClip } from '../../support/clip/combined-export.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { type Child, forkChild } from '../../support/fork-child.js';
import { LocalHub, silentAfter, status } from '../../support/hub/local-hub.js';
import { tinyFiles } from '../../support/hub/tiny-files.js';
import { CATALOGUE, COMBINED_ENCODER, downloadTasks, ENCODER } from './download-tasks.js';
import { EncoderLine } from './encoder-line.js';

const VISION = 'onnx/vision_model.onnx';

let line: EncoderLine;
let hub: LocalHub;
const children: Child[] = [];

beforeAll(async () => {
  line = await EncoderLine.create(CATALOGUE);
});
beforeEach(async () => {
  await line.begin();
  hub = await LocalHub.start(ENCODER, tinyFiles());
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  await line.end();
  await hub.stop();
});
afterAll(() => line.close());

type Otherwise = Parameters<typeof downloadTasks>[2];
const tasks = (otherwise?: Otherwise) => downloadTasks(hub.endpoint, line.hubRoot, otherwise);
const work = (otherwise?: Otherwise) => line.work(tasks(otherwise));
const ended = (jobId: string) => line.ended(jobId);
const entry = () => line.entry(ENCODER);
const ask = (id = ENCODER, offline = false, precision: Precision = 'FP32') => {
  const { db, catalogue, encoders } = line;
  return downloadEncoder({ db, catalogue, encoders, offline }, { id, precision });
};

async function workInChild(): Promise<Child> {
  const child = await forkChild(path.join(import.meta.dirname, 'child-worker.ts'), [
    line.url,
    hub.endpoint,
    line.hubRoot,
  ]);
  children.push(child);
  return child;
}

/** What has come of the vision tower. */
async function partBytes(): Promise<number> {
  const folder = path.join(line.hubRoot, '.partial', ENCODER);
  const names = await readdir(folder).catch(() => []);
  // The tower is by far the largest.
  const sizes = names.map(async (name) => (await stat(path.join(folder, name))).size);
  return Math.max(0, ...(await Promise.all(sizes).catch(() => [])));
}

describe('downloadEncoder', () => {
  it('makes a catalogued encoder usable, and tells bytes and time meanwhile', async () => {
    expect(await entry()).toMatchObject({ status: 'AVAILABLE', jobId: null });
    const jobId = await ask();
    expect(await entry()).toMatchObject({ status: 'DOWNLOADING', jobId });
    await work();
    expect(await ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entry()).toMatchObject({ status: 'READY', license: 'MIT', dimension: 32 });
    const { description } = (await line.encoders.get(ENCODER))!;
    await cp(TINY_CLIP, path.join(line.localRoot, 'tiny'), { recursive: true });
    expect((await line.encoders.get('local/tiny'))!.description.revision).toBe(
      description.revision,
    );
    // What the catalogue does not name is not fetched, and no part is left.
    expect(hub.seen.some(({ url }) => url.includes('README'))).toBe(false);
    expect(await readdir(path.join(line.hubRoot, '.partial/someone'))).toEqual([]);
    const told = (await jobEventsAfter(line.db, jobId, 0, 100)).map(({ message }) => message);
    expect(told).toContain('0.0 of 1.0 MB');
    await expect(ask()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  describe('of both towers in one graph', () => {
    const COMBINED = 'onnx/model.onnx';
    beforeEach(async () => {
      await hub.stop();
      const { [VISION]: _, 'onnx/text_model.onnx': __, ...shared } = tinyFiles();
      hub = await LocalHub.start(COMBINED_ENCODER, { ...shared, [COMBINED]: combinedTinyClip() });
    });
    const onnx = () => readdir(path.join(line.hubRoot, COMBINED_ENCODER, 'onnx'));

    it('takes them apart', async () => {
      await work();
      expect(await ended(await ask(COMBINED_ENCODER))).toMatchObject({ status: 'SUCCEEDED' });
      expect(await line.entry(COMBINED_ENCODER)).toMatchObject({ status: 'READY', dimension: 32 });
      expect((await onnx()).sort()).toEqual(['text_model.onnx', 'vision_model.onnx']);
    });

    it('killed while they are taken apart is finished by the next, and fetches nothing twice', async () => {
      // What a killed attempt leaves: everything put together, and half a tower.
      const assembled = path.join(line.hubRoot, '.partial', COMBINED_ENCODER, 'encoder');
      for (const [name, content] of hub.files) {
        await mkdir(path.dirname(path.join(assembled, name)), { recursive: true });
        await writeFile(path.join(assembled, name), content);
      }
      await writeFile(path.join(assembled, VISION), combinedTinyClip().subarray(0, 1000));
      await work();
      expect(await ended(await ask(COMBINED_ENCODER))).toMatchObject({ status: 'SUCCEEDED' });
      expect((await onnx()).sort()).toEqual(['text_model.onnx', 'vision_model.onnx']);
      for (const name of hub.files.keys()) expect(hub.fetched(name), name).toEqual([]);
    });

    it('needs room for both', async () => {
      await work({ freeBytes: async () => 64 * 1024 ** 2 + 1.5 * combinedTinyClip().length });
      expect(await ended(await ask(COMBINED_ENCODER))).toMatchObject({ code: 'DISK_FULL' });
    });
  });

  it('asked for twice is one job', async () => {
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toBe(first);
  });

  it.each([
    ['someone/else', false, 'NOT_FOUND'],
    ['../../etc', false, 'NOT_FOUND'],
    [ENCODER, true, 'OFFLINE'],
  ])('refuses %s, offline: %s, with %s', async (id, offline, code) => {
    await expect(ask(id, offline)).rejects.toMatchObject({ code });
  });

  it('of a killed worker is finished by the next, from where it broke off', async () => {
    hub.answer(VISION, silentAfter(400_000));
    const child = await workInChild();
    const jobId = await ask();
    await line.until('half the tower', async () => (await partBytes()) >= 350_000);
    await child.kill();
    const had = await partBytes();
    expect(await line.encoders.get(ENCODER)).toBeUndefined();
    await work();
    expect(await ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(hub.fetched(VISION).map(({ range }) => range)).toEqual([undefined, `bytes=${had}-`]);
    // What was complete is not fetched again.
    expect(hub.fetched('config.json')).toHaveLength(1);
    expect(await entry()).toMatchObject({ status: 'READY', problem: null });
  });

  it('cancelled stops, and the next goes on', async () => {
    hub.answer(VISION, silentAfter(400_000));
    await work();
    const jobId = await ask();
    await line.until('half the tower', async () => (await partBytes()) >= 350_000);
    await cancelJob({ db: line.db, settlers: tasks() }, jobId);
    expect(await entry()).toMatchObject({ status: 'AVAILABLE' });
    const again = await ask();
    expect(again).not.toBe(jobId);
    expect(await ended(again)).toMatchObject({ status: 'SUCCEEDED' });
    expect(hub.fetched(VISION).at(-1)!.range).toMatch(/^bytes=\d{6}-$/);
  });

  it('of a file that came wrong is tried again', async () => {
    hub.answer(VISION, (_, response, content) =>
      response.writeHead(200).end(Buffer.alloc(content.length)),
    );
    await work();
    const jobId = await ask();
    expect(await ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('that fails shows why, and can be asked for again', async () => {
    hub.listAnswer = status(401, { 'x-error-code': 'GatedRepo' });
    await work();
    expect(await ended(await ask())).toMatchObject({ status: 'FAILED', code: 'ENCODER_GATED' });
    expect(await entry()).toMatchObject({
      status: 'FAILED',
      problem: expect.stringContaining('HF_TOKEN'),
    });
    hub.listAnswer = undefined;
    expect(await ended(await ask())).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entry()).toMatchObject({ status: 'READY', problem: null });
  });

  it('says how much room is missing before anything is fetched', async () => {
    await work({ freeBytes: async () => 1000 });
    expect(await ended(await ask())).toMatchObject({
      status: 'FAILED',
      code: 'DISK_FULL',
      message: expect.stringContaining('69 MB'),
    });
    expect(hub.fetched('config.json')).toEqual([]);
  });

  it.each([
    ['in all or alone', 2 ** 40],
    ['that is none', Number.MAX_SAFE_INTEGER],
  ])('refuses a size that no encoder has, %s', async (_, size) => {
    hub.listed.set(VISION, { size });
    await work();
    expect(await ended(await ask())).toMatchObject({ code: 'ENCODER_UNSUPPORTED' });
  });

  it('fetches no towers for an encoder whose configuration it cannot use', async () => {
    const config = JSON.parse(hub.files.get('preprocessor_config.json')!.toString('utf8'));
    hub.files.set(
      'preprocessor_config.json',
      Buffer.from(JSON.stringify({ ...config, resample: 1 })),
    );
    await work();
    expect(await ended(await ask())).toMatchObject({
      code: 'ENCODER_UNSUPPORTED',
      message: expect.stringContaining('resample'),
    });
    expect(hub.fetched(VISION)).toEqual([]);
  });

  it('of an export that contradicts its configuration is refused with what to do, and leaves nothing', async () => {
    const config = JSON.parse(hub.files.get('config.json')!.toString('utf8'));
    const longer = { ...config.text_config, max_position_embeddings: 99 };
    hub.files.set('config.json', Buffer.from(JSON.stringify({ ...config, text_config: longer })));
    await work({ tryEncoder });
    expect(await ended(await ask())).toMatchObject({
      status: 'FAILED',
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringMatching(/^onnx\/text_model\.onnx: .* 99 tokens .* revision/s),
    });
    expect(await entry()).toMatchObject({ status: 'FAILED' });
    expect(await readdir(line.hubRoot)).toEqual(['.partial']);
    expect(await readdir(path.join(line.hubRoot, '.partial/someone'))).toEqual([]);
  });

  it('that could not be tried keeps what has come', async () => {
    const died = new ClipwrightError('PROCESS_DIED', 'the infer process ended by SIGKILL', false);
    let tries = 0;
    const fail = async () => {
      if (++tries === 1) throw died;
    };
    await work({ tryEncoder: fail });
    expect(await ended(await ask())).toMatchObject({ status: 'FAILED', code: 'PROCESS_DIED' });
    expect(await ended(await ask())).toMatchObject({ status: 'SUCCEEDED' });
    expect(hub.fetched(VISION)).toHaveLength(1);
  });

  it('puts a sound folder in the place of a faulty one', async () => {
    const folder = path.join(line.hubRoot, ENCODER);
    await cp(TINY_CLIP, folder, { recursive: true });
    await writeFile(path.join(folder, 'config.json'), '{');
    expect(await entry()).toMatchObject({ status: 'FAILED' });
    await work();
    expect(await ended(await ask())).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entry()).toMatchObject({ status: 'READY' });
    expect(await readdir(folder)).not.toContain('embeds-index.json');
    expect(await readdir(path.join(line.hubRoot, '.partial/someone'))).toEqual([]);
  });
});
