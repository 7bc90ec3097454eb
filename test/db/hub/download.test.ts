import { type ChildProcess, fork } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventHub } from '../../../src/db/event-hub.js';
import { jobEventsAfter } from '../../../src/db/events.js';
import { type RunningWorker, startWorker } from '../../../src/jobs/worker.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { downloadEncoder } from '../../../src/services/download-encoder.js';
import { listEncoders } from '../../../src/services/list-encoders.js';
import { LocalEncoders } from '../../../src/services/local-encoders.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { LocalHub, silentAfter, status } from '../../support/hub/local-hub.js';
import { tinyFiles } from '../../support/hub/tiny-files.js';
import { CATALOGUE, downloadTasks, ENCODER } from './download-tasks.js';

const VISION = 'onnx/vision_model.onnx';

let test: TestDatabase;
let events: EventHub;
let data: string;
let hub: LocalHub;
let encoders: LocalEncoders;
const workers: RunningWorker[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  test = await createTestDatabase({ connections: 8 });
  events = EventHub.open(test.url);
});
beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'clipwright-download-'));
  hub = await LocalHub.start(ENCODER, tinyFiles());
  encoders = new LocalEncoders(
    { builtIn: path.join(data, 'none'), local: path.join(data, 'encoders'), hub: hubRoot() },
    { license: (id) => CATALOGUE.get(id)?.license ?? null, onUnusable: () => {} },
  );
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await test.db.query('delete from jobs');
  await hub.stop();
  await rm(data, { recursive: true, force: true });
});
afterAll(async () => {
  await events.close();
  await test.drop();
});

const hubRoot = () => path.join(data, 'hub');
const settlers = () => downloadTasks(hub.endpoint, hubRoot());
const ask = (id = ENCODER, offline = false) =>
  downloadEncoder({ db: test.db, catalogue: CATALOGUE, encoders, offline }, id);
const entry = async () =>
  (await listEncoders({ db: test.db, encoders, catalogue: CATALOGUE })).find(
    ({ id }) => id === ENCODER,
  )!;

async function work(freeBytes?: () => Promise<number>): Promise<void> {
  const quiet = () => {};
  const worker = await startWorker({
    db: test.db,
    hub: events,
    tasks: downloadTasks(hub.endpoint, hubRoot(), freeBytes),
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    concurrency: 2,
    pollMs: 100,
  });
  workers.push(worker);
}

async function workInChild(): Promise<ChildProcess> {
  const child = fork(
    path.join(import.meta.dirname, 'child-worker.ts'),
    [test.url, hub.endpoint, hubRoot()],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  children.push(child);
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  });
  return child;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`still waiting for ${what}`);
  }
}

async function ended(jobId: string) {
  const read = async () =>
    (
      await test.db.query<{ status: string; code: string | null; message: string | null }>(
        'select status::text as status, error_code as code, error_message as message from jobs where id = $1',
        [jobId],
      )
    )[0]!;
  await until('the end of the job', async () => !/QUEUED|RUNNING/.test((await read()).status));
  return read();
}

/** What has come of the vision tower. */
async function partBytes(): Promise<number> {
  const folder = path.join(hubRoot(), '.partial', ENCODER);
  const name = (await readdir(folder).catch(() => [])).find((each) =>
    each.endsWith('-onnx%2Fvision_model.onnx'),
  );
  return name ? (await readFile(path.join(folder, name))).length : 0;
}

describe('downloadEncoder', () => {
  it('makes a catalogued encoder usable, and tells bytes and time meanwhile', async () => {
    expect(await entry()).toMatchObject({ status: 'AVAILABLE', jobId: null });
    const jobId = await ask();
    expect(await entry()).toMatchObject({ status: 'DOWNLOADING', jobId });
    await work();
    expect(await ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entry()).toMatchObject({ status: 'READY', license: 'MIT', dimension: 32 });
    const { description } = (await encoders.get(ENCODER))!;
    await cp(TINY_CLIP, path.join(data, 'encoders/tiny'), { recursive: true });
    expect((await encoders.get('local/tiny'))!.description.revision).toBe(description.revision);
    // What the catalogue does not name is not fetched, and no part is left.
    expect(hub.seen.some(({ url }) => url.includes('README'))).toBe(false);
    expect(await readdir(path.join(hubRoot(), '.partial/someone'))).toEqual([]);
    const told = (await jobEventsAfter(test.db, jobId, 0, 100)).map(({ message }) => message);
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
    ['someone/siglip', false, 'ENCODER_UNSUPPORTED'],
    [ENCODER, true, 'OFFLINE'],
  ])('refuses %s, offline: %s, with %s', async (id, offline, code) => {
    await expect(ask(id, offline)).rejects.toMatchObject({ code });
  });

  it('of a killed worker is finished by the next, from where it broke off', async () => {
    hub.answer(VISION, silentAfter(400_000));
    const child = await workInChild();
    const jobId = await ask();
    await until('half the tower', async () => (await partBytes()) >= 300_000);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const had = await partBytes();
    expect(await encoders.get(ENCODER)).toBeUndefined();
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
    await until('half the tower', async () => (await partBytes()) >= 300_000);
    await cancelJob({ db: test.db, settlers: settlers() }, jobId);
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
      Buffer.from(JSON.stringify({ ...config, resample: 2 })),
    );
    await work();
    expect(await ended(await ask())).toMatchObject({
      code: 'ENCODER_UNSUPPORTED',
      message: expect.stringContaining('resample'),
    });
    expect(hub.fetched(VISION)).toEqual([]);
  });

  it('puts a sound folder in the place of a faulty one', async () => {
    const folder = path.join(hubRoot(), ENCODER);
    await cp(TINY_CLIP, folder, { recursive: true });
    await writeFile(path.join(folder, 'config.json'), '{');
    expect(await entry()).toMatchObject({ status: 'FAILED' });
    await work();
    expect(await ended(await ask())).toMatchObject({ status: 'SUCCEEDED' });
    expect(await entry()).toMatchObject({ status: 'READY' });
    expect(await readdir(folder)).not.toContain('embeds-index.json');
  });
});
