import { type ChildProcess, fork } from 'node:child_process';
import { cp, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Precision } from '../../../src/db/enums.js';
import { jobEventsAfter } from '../../../src/db/events.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { downloadEncoder } from '../../../src/services/download-encoder.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { LocalHub, silentAfter, status } from '../../support/hub/local-hub.js';
import { tinyFiles } from '../../support/hub/tiny-files.js';
import { CATALOGUE, downloadTasks, ENCODER } from './download-tasks.js';
import { EncoderLine } from './encoder-line.js';

const VISION = 'onnx/vision_model.onnx';

let line: EncoderLine;
let hub: LocalHub;
const children: ChildProcess[] = [];

beforeAll(async () => {
  line = await EncoderLine.create(CATALOGUE);
});
beforeEach(async () => {
  await line.begin();
  hub = await LocalHub.start(ENCODER, tinyFiles());
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await line.end();
  await hub.stop();
});
afterAll(() => line.close());

const tasks = (freeBytes?: () => Promise<number>) =>
  downloadTasks(hub.endpoint, line.hubRoot, freeBytes);
const work = (freeBytes?: () => Promise<number>) => line.work(tasks(freeBytes));
const ended = (jobId: string) => line.ended(jobId);
const entry = () => line.entry(ENCODER);
const ask = (id = ENCODER, offline = false, precision: Precision = 'FP32') => {
  const { db, catalogue, encoders } = line;
  return downloadEncoder({ db, catalogue, encoders, offline }, { id, precision });
};

async function workInChild(): Promise<ChildProcess> {
  const child = fork(
    path.join(import.meta.dirname, 'child-worker.ts'),
    [line.url, hub.endpoint, line.hubRoot],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  children.push(child);
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  });
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
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
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
    await work(async () => 1000);
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
