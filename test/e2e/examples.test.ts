import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScenes } from '../../src/demo/write-scenes.js';
import { ServerProcess } from '../support/server-process.js';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the examples', () => {
  let work: string;
  let server: ServerProcess;

  beforeAll(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'clipwright-examples-'));
    await writeScenes(path.join(work, 'import/scenes'), { count: 80, seed: 11 });
    server = await ServerProcess.start({
      data: path.join(work, 'data'),
      importRoot: path.join(work, 'import'),
    });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  });

  it('import, train, register and predict', async () => {
    const trained = await example('train.mjs', 'scenes');
    expect(trained).toContain('imported 80, rejected 0');
    expect(trained).toMatch(/registered scenes\/1\n$/);
    const [image] = await readdir(path.join(work, 'import/scenes/images'));
    const file = path.join(work, 'import/scenes/images', image!);
    const predicted = await example('predict.mjs', 'scenes/1', file, 'a dog beside a bench');
    expect(predicted.trim().split('\n')).toHaveLength(5);
    expect(predicted).toMatch(/ 0\.\d{3}$/m);
  }, 120_000);

  it('say what is wrong, and end', async () => {
    await expect(example('follow.mjs', 'job', 'nope')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no job'),
    });
    await expect(example('predict.mjs')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('usage:'),
    });
    await expect(example('train.mjs', 'nowhere')).rejects.toMatchObject({ code: 1 });
  });

  async function example(name: string, ...parameters: string[]): Promise<string> {
    const { stdout } = await run(
      process.execPath,
      [path.join(ROOT, 'examples', name), ...parameters],
      {
        env: {
          ...process.env,
          EXAMPLE_URL: server.url,
          EXAMPLE_TOKEN_FILE: path.join(work, 'data/admin-token'),
        },
      },
    );
    return stdout;
  }
});
