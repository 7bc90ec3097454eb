import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { downloadEncoder } from '../../../src/services/download-encoder.js';
import { removeStaleParts } from '../../../src/services/remove-stale-parts.js';
import { CATALOGUE, downloadTasks, ENCODER } from './download-tasks.js';
import { EncoderLine } from './encoder-line.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let line: EncoderLine;
beforeAll(async () => {
  line = await EncoderLine.create(CATALOGUE);
});
beforeEach(() => line.begin());
afterEach(() => line.end());
afterAll(() => line.close());

const folder = () => path.join(line.hubRoot, '.partial', ENCODER);

/** Parts of the encoder that were last written so many days ago. */
async function parts(days: number): Promise<void> {
  await mkdir(folder(), { recursive: true });
  const then = new Date(Date.now() - days * DAY_MS);
  for (const name of ['a', 'b']) {
    await writeFile(path.join(folder(), name), 'half a tower');
    await utimes(path.join(folder(), name), then, then);
  }
  await utimes(folder(), then, then);
}

const remove = () => removeStaleParts({ db: line.db, hubRoot: line.hubRoot });
const left = async () => (await readdir(folder()).catch(() => [])).length;

it('removes parts that nobody has taken up for a week', async () => {
  await remove(); // where nothing was ever downloaded
  await parts(8);
  await remove();
  expect(await left()).toBe(0);
});

it('leaves alone what a download may go on with: newer parts, and those of a job that has not ended', async () => {
  await parts(6);
  await remove();
  expect(await left()).toBe(2);
  await parts(8);
  const { db, catalogue, encoders } = line;
  const jobId = await downloadEncoder(
    { db, catalogue, encoders, offline: false },
    { id: ENCODER, precision: 'FP32' },
  );
  await remove();
  expect(await left()).toBe(2);
  await cancelJob({ db, settlers: downloadTasks('http://127.0.0.1:1', line.hubRoot) }, jobId);
  await remove();
  expect(await left()).toBe(0);
});
