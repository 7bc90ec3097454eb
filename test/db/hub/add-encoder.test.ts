import { cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { taskRegistry } from '../../../src/jobs/registry.js';
import { addEncoderTask } from '../../../src/jobs/tasks/add-encoder.task.js';
import { describeEncoder } from '../../../src/ml/clip/describe-encoder.js';
import { ProtoWriter } from '../../../src/ml/onnx/protobuf.js';
import { addEncoder } from '../../../src/services/add-encoder.js';
import { TINY_CLIP } from '../../support/clip/fixtures.js';
import { EncoderLine } from './encoder-line.js';

let line: EncoderLine;
beforeAll(async () => {
  line = await EncoderLine.create();
});
beforeEach(async () => {
  await line.begin();
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

async function added(directory: string) {
  const deps = { importRoots: [importRoot()], localRoot: line.localRoot };
  await line.work(taskRegistry([addEncoderTask(deps)], ['add-encoder']));
  return line.ended(await add(directory));
}

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

  it('puts a sound one in the place of a faulty one', async () => {
    await mkdir(path.join(line.localRoot, 'tiny'), { recursive: true });
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'FAILED' });
    expect(await added('tiny')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await line.entry('local/tiny')).toMatchObject({ status: 'READY' });
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
