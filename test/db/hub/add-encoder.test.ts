import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type JobRow, jobsByIds } from '../../../src/db/jobs.read.queries.js';
import { taskRegistry } from '../../../src/jobs/registry.js';
import type { JobContext } from '../../../src/jobs/task.js';
import { addEncoderTask } from '../../../src/jobs/tasks/add-encoder.task.js';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { tryEncoder } from '../../../src/ml/processes/try-encoder.js';
import { addEncoder } from '../../../src/services/add-encoder.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import type { TryEncoder } from '../../../src/services/require-running.js';
import { combinedTinyClip } from '../../support/clip/combined-export.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { EncoderLine } from './encoder-line.js';

let line: EncoderLine;
/** What opens an encoder; nothing that most of these are about. */
let trial: TryEncoder;
let warned: string[];
beforeAll(async () => {
  line = await EncoderLine.create();
});
beforeEach(async () => {
  await line.begin();
  trial = async () => {};
  warned = [];
  await cp(TINY_CLIP, source('tiny'), { recursive: true });
});
afterEach(() => line.end());
afterAll(() => line.close());

const importRoot = () => path.join(line.data, 'import');
const source = (name: string) => path.join(importRoot(), name);

function add(directory: string): Promise<string> {
  const { db, encoders } = line;
  return addEncoder({ db, encoders, importRoots: [importRoot()] }, directory);
}

const destination = () => path.join(line.localRoot, 'tiny');
const adding = () => path.join(line.localRoot, '.adding');

/** @param meddle what of the job's context is another's, to step in at that moment */
function tasks(meddle: (context: JobContext) => Partial<JobContext> = () => ({})) {
  const roots = { importRoots: [importRoot()], localRoot: line.localRoot };
  const task = addEncoderTask({
    ...roots,
    tryEncoder: (...of) => trial(...of),
    onLeftOut: (...said) => warned.push(said.join(': ')),
  });
  const run: typeof task.run = (payload, context) => {
    const { jobId, attempt, signal } = context;
    return task.run(payload, {
      ...{ jobId, attempt, signal },
      progress: (update) => context.progress(update),
      fenced: (write) => context.fenced(write),
      succeed: (write) => context.succeed(write),
      ...meddle(context),
    });
  };
  return taskRegistry([{ ...task, run }], ['add-encoder']);
}

const work = (meddle?: (context: JobContext) => Partial<JobContext>) => line.work(tasks(meddle));

async function added(directory: string, meddle?: (context: JobContext) => Partial<JobContext>) {
  await work(meddle);
  return line.ended(await add(directory));
}

/** A sound encoder of another revision, put there by hand. */
async function putAnother(): Promise<string> {
  await cp(TINY_CLIP, destination(), { recursive: true });
  await appendFile(path.join(destination(), 'config.json'), '\n');
  return revisionThere();
}

const revisionThere = async () => (await describeEncoder(destination())).revision;

describe('addEncoder', () => {
  it("copies an encoder's files, no others, and what becomes of the source does not matter", async () => {
    expect(await added('tiny')).toMatchObject({ status: 'SUCCEEDED' });
    await rm(source('tiny'), { recursive: true });
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'READY', dimension: 32 });
    const { revision } = (await line.encoders.get('local/tiny'))!.description;
    expect(revision).toBe((await describeEncoder(TINY_CLIP)).revision);
    expect((await readdir(path.join(line.localRoot, 'tiny'))).sort()).toEqual([
      'config.json',
      'onnx',
      'preprocessor_config.json',
      'tokenizer.json',
    ]);
    expect(await readdir(path.join(line.localRoot, '.adding'))).toEqual([]);
  });

  it('makes the towers of a folder in which both are in one graph, and keeps them alone', async () => {
    await rm(source('tiny/onnx'), { recursive: true });
    await writeFile(source('tiny/model.onnx'), combinedTinyClip());
    expect(await added('tiny')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'READY', dimension: 32 });
    expect(await readdir(destination())).not.toContain('model.onnx');
    expect((await readdir(path.join(destination(), 'onnx'))).sort()).toEqual([
      'text_model.onnx',
      'vision_model.onnx',
    ]);
    expect(await readdir(adding())).toEqual([]);
  });

  it('says what one graph lacks', async () => {
    await rm(source('tiny/onnx/text_model.onnx'));
    await rename(source('tiny/onnx/vision_model.onnx'), source('tiny/model.onnx'));
    expect(await added('tiny')).toMatchObject({
      status: 'FAILED',
      code: 'ENCODER_UNSUPPORTED',
      message: expect.stringContaining('text_embeds'),
    });
    expect(await readdir(adding())).toEqual([]);
  });

  it("follows links under the import root, as the hub's cache has them, and makes files of them", async () => {
    await rename(source('tiny/config.json'), source('blob'));
    await symlink('../blob', source('tiny/config.json'));
    expect(await added('tiny')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'READY' });
  });

  it('asked for twice is one job; once it is there, it is a conflict', async () => {
    const [first, second] = await Promise.all([add('tiny'), add(source('tiny'))]);
    expect(second).toBe(first);
    await added('tiny');
    await expect(add('tiny')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('asked for another folder of the same name while a job is under way is a conflict', async () => {
    await cp(TINY_CLIP, source('mine/tiny'), { recursive: true });
    const first = await add('tiny');
    await expect(add('mine/tiny')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(first),
    });
  });

  it('puts a sound one in the place of a faulty one, which is removed outside of the transaction', async () => {
    await mkdir(destination(), { recursive: true });
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'FAILED' });
    let within: string[] = [];
    const done = await added('tiny', (context) => ({
      succeed: (write) =>
        context.succeed(async (tx) => {
          await write(tx);
          within = await readdir(adding());
        }),
    }));
    expect(done).toMatchObject({ status: 'SUCCEEDED' });
    expect(within).toEqual([expect.stringMatching(/-1\.old$/)]);
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'READY' });
    await line.until('the old one to go', async () => (await readdir(adding())).length === 0);
  });

  it('makes no other encoder than was asked for, whatever the folder has become', async () => {
    const job = await add('tiny');
    await rename(source('tiny'), source('other'));
    await symlink('other', source('tiny'));
    await work();
    expect(await line.ended(job)).toMatchObject({
      status: 'FAILED',
      code: 'CONFLICT',
      message: expect.stringContaining('other'),
    });
    expect(await readdir(line.localRoot)).toEqual(['.adding']);
  });

  it('leaves a sound one of another revision that came meanwhile', async () => {
    const job = await add('tiny');
    const another = await putAnother();
    await work();
    expect(await line.ended(job)).toMatchObject({ status: 'FAILED', code: 'CONFLICT' });
    expect(await revisionThere()).toBe(another);
  });

  it('leaves one that came after the look at its place', async () => {
    let another = '';
    const done = await added('tiny', (context) => ({
      async succeed(write) {
        another = await putAnother();
        await context.succeed(write);
      },
    }));
    expect(done).toMatchObject({ status: 'FAILED', code: 'CONFLICT' });
    expect(await revisionThere()).toBe(another);
  });

  it('succeeds where the same revision came meanwhile, and does not touch it', async () => {
    const job = await add('tiny');
    await cp(TINY_CLIP, destination(), { recursive: true });
    const { ino } = await stat(destination());
    await work();
    expect(await line.ended(job)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await stat(destination())).ino).toBe(ino);
  });

  it('succeeds in the attempt after one whose end was lost, even if the source is gone', async () => {
    const done = await added('tiny', (context) => ({
      succeed: (write) =>
        context.succeed(async (tx) => {
          await write(tx);
          if (context.attempt > 1) return;
          await rm(source('tiny'), { recursive: true });
          throw new Error('not committed');
        }),
    }));
    expect(done).toMatchObject({ status: 'SUCCEEDED' });
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'READY' });
  });

  it("does not take another's encoder for what an earlier attempt did", async () => {
    const done = await added('tiny', (context) => ({
      async succeed(write) {
        if (context.attempt > 1) return context.succeed(write);
        await putAnother();
        throw new Error('not even begun');
      },
    }));
    expect(done).toMatchObject({ status: 'FAILED', code: 'CONFLICT' });
  });

  it('removes what jobs that have ended left, and nothing of those under way', async () => {
    const [open] = await line.db.query<{ id: string }>(
      `insert into jobs (task, payload, status) values ('add-encoder', '{}', 'PAUSED') returning id`,
    );
    for (const left of [`${randomUUID()}-1`, `${randomUUID()}-2.old`, `${open!.id}-1`]) {
      await cp(TINY_CLIP, path.join(adding(), left), { recursive: true });
    }
    expect(await added('tiny')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await readdir(adding())).toEqual([`${open!.id}-1`]);
  });

  it('refuses a file that shrinks while the folder is copied', async () => {
    const done = await added('tiny', (context) => ({
      async progress(update) {
        await truncate(source('tiny/onnx/text_model.onnx'), 100);
        await context.progress(update);
      },
    }));
    expect(done).toMatchObject({
      status: 'FAILED',
      code: 'ENCODER_FILE_INVALID',
      message: 'onnx/text_model.onnx: the file shrank while it was copied',
    });
  });

  it('leaves nothing of an encoder that cannot be used, and says why', async () => {
    const place = new ProtoWriter().string(1, 'location').string(2, '/etc/passwd');
    const graph = new ProtoWriter().message(5, new ProtoWriter().message(13, place));
    const hostile = new ProtoWriter().message(7, graph).finish();
    await writeFile(source('tiny/onnx/text_model.onnx'), hostile);
    expect(await added('tiny')).toMatchObject({
      status: 'FAILED',
      code: 'ENCODER_FILE_INVALID',
      message: expect.stringContaining('/etc/passwd'),
    });
    expect(await line.entry('local/tiny')).toBeUndefined();
    expect(await readdir(line.localRoot)).toEqual(['.adding']);
    expect(await readdir(path.join(line.localRoot, '.adding'))).toEqual([]);
  });

  it('opens the towers before it puts them there, and says which file is not what config.json says', async () => {
    trial = tryEncoder;
    const config = JSON.parse(await readFile(source('tiny/config.json'), 'utf8'));
    await writeFile(source('tiny/config.json'), JSON.stringify({ ...config, projection_dim: 16 }));
    expect(await added('tiny')).toMatchObject({
      status: 'FAILED',
      code: 'ENCODER_FILE_INVALID',
      message:
        'onnx/vision_model.onnx: config.json says 16 for the dimension but image_embeds has 32. Correct what is wrong, or export ' +
        'the encoder anew (docs/recipes/add-an-encoder.md), and add the folder again.',
    });
    expect(await line.entry('local/tiny')).toBeUndefined();
    expect(await readdir(line.localRoot)).toEqual(['.adding']);
    expect(await readdir(adding())).toEqual([]);
    await writeFile(source('tiny/config.json'), JSON.stringify(config));
    expect(await added('tiny')).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('tries every precision of the folder, and leaves out by name what does not embed', async () => {
    trial = tryEncoder;
    for (const ending of ['_fp16', '_int8', '_quantized']) {
      for (const tower of ['vision', 'text']) {
        const file = source(`tiny/onnx/${tower}_model`);
        await cp(`${file}.onnx`, `${file}${ending}.onnx`);
      }
    }
    const fp16 = source('tiny/onnx/vision_model_fp16.onnx');
    const graph = (await readFile(fp16, 'latin1')).replaceAll('pixel_values', 'pixel_volues');
    await writeFile(fp16, graph, 'latin1');
    await writeFile(source('tiny/onnx/text_model_int8.onnx'), 'no graph');
    await work();
    const job = await add('tiny');
    expect(await line.ended(job)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await readdir(path.join(destination(), 'onnx'))).sort()).toEqual([
      'text_model.onnx',
      'text_model_quantized.onnx',
      'vision_model.onnx',
      'vision_model_quantized.onnx',
    ]);
    const events = await line.db.query<{ message: string | null }>(
      'select message from job_events where job_id = $1',
      [job],
    );
    const told = events.map(({ message }) => message).join('\n');
    expect(told).toMatch(/left out: onnx\/vision_model_fp16\.onnx: .*pixel_volues/);
    expect(told).toMatch(/left out: onnx\/text_model_int8\.onnx/);
    expect(told).not.toMatch(/left out: .*quantized/);
    const [{ encoderId, leftOut }] = (await jobsByIds(line.db, [job])) as [JobRow];
    expect(encoderId).toBe('local/tiny');
    expect(leftOut).toEqual([
      expect.stringMatching(/^onnx\/vision_model_fp16\.onnx: .*pixel_volues/),
      expect.stringMatching(/^onnx\/text_model_int8\.onnx is no sound ONNX file/),
    ]);
    expect(warned).toEqual(leftOut.map((problem) => `local/tiny: ${problem}`));
  });

  it('cancelled while the towers are opened leaves nothing', async () => {
    let opened: EncoderDescription | undefined;
    trial = async (encoder, signal) => {
      opened = encoder;
      await once(signal, 'abort');
      throw signal.reason;
    };
    await work();
    const job = await add('tiny');
    await line.until('the towers', async () => opened !== undefined);
    expect(opened!.directory).toContain(job);
    await cancelJob({ db: line.db, settlers: tasks() }, job);
    await line.until('the copy to go', async () => (await readdir(adding())).length === 0);
    expect(await readdir(line.localRoot)).toEqual(['.adding']);
  });

  it.each([
    ['outside of the roots', '/etc', 'BAD_USER_INPUT', '`directory`'],
    ['that climbs', '../..', 'BAD_USER_INPUT', 'import root'],
    ['that is not there', 'absent', 'BAD_USER_INPUT', 'no folder'],
    ['that is a file', 'tiny/config.json', 'BAD_USER_INPUT', 'the file'],
  ])('refuses a folder %s', async (_, directory, code, says) => {
    await expect(add(directory)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
    });
  });

  it('refuses a folder whose name does not fit an id, or that is no encoder', async () => {
    await rename(source('tiny'), source('my tiny'));
    await expect(add('my tiny')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await rename(source('my tiny'), source('tiny'));
    await rm(source('tiny/tokenizer.json'));
    await expect(add('tiny')).rejects.toMatchObject({
      code: 'ENCODER_FILE_MISSING',
      message: expect.stringContaining('tokenizer.json'),
    });
    await symlink('/etc/hostname', source('tiny/tokenizer.json'));
    await expect(add('tiny')).rejects.toMatchObject({ code: 'ENCODER_FILE_INVALID' });
  });
});
