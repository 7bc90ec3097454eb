import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningWorker } from '../../../src/jobs/worker.js';
import { loadTrainingData } from '../../../src/services/training-data.js';
import { makePng } from '../../support/png.js';
import { until } from '../jobs/until.js';
import { DataLine } from './data-line.js';

let line: DataLine;
let worker: RunningWorker;

beforeAll(async () => {
  line = await DataLine.create();
  worker = await line.worker();
});
afterAll(() => line.close());

/** A folder of n samples with two labels. */
function small(n: number, from = 0): Record<string, string | Buffer> {
  const files: Record<string, string | Buffer> = {};
  const rows = ['image,labels,caption'];
  for (let i = from; i < from + n; i++) {
    files[`images/${i}.png`] = makePng(i);
    rows.push(`${i}.png,${i % 2 === 0 ? '2' : '10 2'},caption ${i}`);
  }
  files['table.csv'] = `${rows.join('\n')}\n`;
  return files;
}

describe('import', () => {
  it('makes a version of a folder with a table and images', async () => {
    await line.write('plain', small(40));
    const job = await line.import('plain', 'plain');
    expect(job).toMatchObject({ status: 'SUCCEEDED', unchanged: false, errorMessage: null });
    const version = await line.version(job.versionId!);
    expect(version).toMatchObject({
      number: 1,
      sampleCount: 40,
      labelledCount: 40,
      datasetId: job.datasetId,
      labels: [
        { key: '2', name: '2' },
        { key: '10', name: '10' },
      ],
    });
    const samples = await line.samples(job.versionId!);
    expect(samples.map((sample) => sample.key)).toEqual(
      Array.from({ length: 40 }, (_, i) => `${i}.png`).sort(),
    );
    expect(samples.map((sample) => sample.position)).toEqual(samples.map((_, i) => i));
    expect(samples[1]).toMatchObject({ key: '1.png', caption: 'caption 1', labels: [0, 1] });
    const count = (split: string) => samples.filter((sample) => sample.split === split).length;
    expect([count('TRAIN'), count('VALIDATION'), count('TEST')]).toEqual([32, 4, 4]);
    expect(await line.report(job.id)).toMatchObject({ read: 40, imported: 40, rejectedCount: 0 });
    expect(await line.count('import_rows')).toBe(0);
  });
});

describe('an import on a disk that gets full', () => {
  it('leaves room in which something can be deleted, and goes on when there is more', async () => {
    await worker.stop();
    await line.write('too much', small(300, 20_000));
    const MiB = 2 ** 20;
    let looks = 0;
    // The third look finds less than what is to stay free.
    line.freeBytes = async () => (++looks < 3 ? 70 : 63) * MiB;
    worker = await line.worker();
    const failed = await line.import('too much', 'too much');
    await worker.stop();
    line.freeBytes = undefined;
    worker = await line.worker();
    expect(failed).toMatchObject({ status: 'FAILED', errorCode: 'DISK_FULL', attempt: 1 });
    expect(failed.errorMessage).toMatch(/make \d MB there/);
    expect((await line.import('too much', 'too much')).status).toBe('SUCCEEDED');
  });
});

describe('unknown labels', () => {
  const table = (unknown: string) =>
    [
      'image,labels,unknown_labels,caption',
      `0.png,2,${unknown},a`,
      '1.png,10 2,,b',
      '2.png,[],10 2 7,c',
      '3.png,,,d',
      '4.png,,2,e',
      '5.png,2,2,f',
    ].join('\n');
  const split = { test: 0, validation: 0 };

  it('are imported, counted, part of the digest, and reach training as such', async () => {
    const images = Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`${i}.png`, makePng(i)]));
    await line.write('unknown', { ...images, 'table.csv': table('10') });
    const job = await line.import('unknown', 'unknown', { split });
    expect(job).toMatchObject({ status: 'SUCCEEDED' });
    expect(await line.report(job.id)).toMatchObject({ read: 6, imported: 4, rejectedCount: 2 });
    const version = await line.version(job.versionId!);
    expect(version.labels.map(({ key }) => key)).toEqual(['2', '7', '10']);
    // Carried in TRAIN, VALIDATION and TEST, and unknown.
    expect(version.labelStats).toEqual([
      [2, 0, 0, 1],
      [0, 0, 0, 1],
      [1, 0, 0, 2],
    ]);
    const { labels, labelOffsets } = await loadTrainingData(
      line.db,
      job.versionId!,
      { image: true, text: false, either: false },
      null,
    );
    expect([...labelOffsets]).toEqual([0, 2, 4, 7, 7]);
    expect([...labels]).toEqual([0, ~2, 0, 2, ~0, ~1, ~2]);

    expect(await line.import('unknown', 'unknown', { split })).toMatchObject({ unchanged: true });
    await line.write('unknown', { 'table.csv': table('7') });
    const other = await line.import('unknown', 'unknown', { split });
    expect(other).toMatchObject({ status: 'FAILED', errorCode: 'CONFLICT' });
    expect(other.errorMessage).toContain('1 sample changed (1 label set)');
    const appended = await line.import('unknown', 'unknown', { split, append: true });
    expect(appended).toMatchObject({ status: 'SUCCEEDED', unchanged: false });
    const next = await line.version(appended.versionId!);
    expect(next.labelStats.map((counts) => counts[3])).toEqual([1, 2, 1]);
  });
});

describe('a second import', () => {
  it('of the same content stores nothing new and says so', async () => {
    await line.write('same', small(30));
    const first = await line.import('same', 'same');
    const counts = async () => [
      await line.count('datasets'),
      await line.count('dataset_versions'),
      await line.count('samples'),
      await line.count('images'),
    ];
    const before = await counts();
    const again = await line.import('same', 'same');
    expect(again).toMatchObject({
      status: 'SUCCEEDED',
      unchanged: true,
      versionId: first.versionId,
      datasetId: first.datasetId,
    });
    expect(await counts()).toEqual(before);
    expect(await line.count('import_rows')).toBe(0);
    expect(await line.report(again.id)).toMatchObject({ read: 30, imported: 30 });
  });

  it('of the same rows in another order is the same content', async () => {
    await line.write('order', small(20));
    const first = await line.import('order', 'order');
    const table = small(20)['table.csv']!.toString().trim().split('\n');
    await line.write('order', { 'table.csv': [table[0], ...table.slice(1).reverse()].join('\n') });
    expect(await line.import('order', 'order')).toMatchObject({
      unchanged: true,
      versionId: first.versionId,
    });
  });

  it('of other content fails and names what differs', async () => {
    await line.write('other', small(20));
    const first = await line.import('other', 'other', { split: { test: 0, validation: 0 } });
    await line.write('other', small(23));
    await line.write('other', {
      'table.csv': small(23)
        ['table.csv']!.toString()
        .replace('caption 3', 'another caption')
        .replace('4.png,2,', '4.png,[],')
        .replace(/^0.png.*\n/m, ''),
    });
    const job = await line.import('other', 'other', { split: { test: 0, validation: 0 } });
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'CONFLICT' });
    expect(job.errorMessage).toContain(
      '3 samples added, 1 sample removed, 2 samples changed (1 caption, 1 label set). Nothing was changed.',
    );
    expect(await line.report(job.id)).toMatchObject({ read: 22, imported: 22 });
    expect(await line.count('import_rows')).toBe(0);
    const [{ latest }] = (await line.db.query<{ latest: string }>(
      'select latest_version_id as latest from datasets where id = $1',
      [first.datasetId],
    )) as [{ latest: string }];
    expect(latest).toBe(first.versionId);
  });

  it('keeps samples of the same image in one split where it is asked to', async () => {
    const images = Object.fromEntries(
      Object.entries(small(20)).filter(([name]) => name.endsWith('.png')),
    );
    const rows = Array.from({ length: 80 }, (_, i) => `k${i},${i % 20}.png,${i % 3},caption ${i}`);
    const table = ['key,image,labels,caption', ...rows].join('\n');
    await line.write('together', { ...images, 'table.csv': table });
    const job = await line.import('together', 'together', {
      split: { validation: 0.2, test: 0.2, order: 2, keepTogether: 'SAME_IMAGE' },
    });
    const found = await line.db.query<{ splits: number; samples: number }>(
      `select count(distinct s.split)::int as splits, count(*)::int as samples
       from samples s where s.version_id = $1 group by s.image_sha256`,
      [job.versionId],
    );
    expect(found).toEqual(Array.from({ length: 20 }, () => ({ splits: 1, samples: 4 })));
  });

  it('with other splits or label names is other content', async () => {
    await line.write('splits', small(20));
    await line.import('splits', 'splits');
    const seeded = await line.import('splits', 'splits', { split: { seed: 7 } });
    expect(seeded.errorMessage).toMatch(/samples changed \(\d+ splits\)/);
    const named = await line.import('splits', 'splits', {
      labelNames: [{ key: '2', name: 'two' }],
    });
    expect(named.errorMessage).toContain('1 label renamed');
  });
});

describe('append', () => {
  it('keeps what was there with its splits, replaces repeated keys and adds labels at the end', async () => {
    await line.write('append', small(30));
    const first = await line.import('append', 'append');
    const before = await line.samples(first.versionId!);
    const header = 'image,labels,caption';
    await line.write('append2', {
      ...small(10, 30),
      'images/3.png': makePng(777),
      'table.csv': `${header}\n3.png,1,replaced\n${small(10, 30)
        ['table.csv']!.toString()
        .slice(header.length + 1)}`,
    });
    const job = await line.import('append', 'append2', { append: true });
    expect(job).toMatchObject({ status: 'SUCCEEDED', unchanged: false });
    const version = await line.version(job.versionId!);
    expect(version).toMatchObject({ number: 2, sampleCount: 40, datasetId: first.datasetId });
    expect(version.labels.map((label) => label.key)).toEqual(['2', '10', '1']);
    const after = new Map((await line.samples(job.versionId!)).map((s) => [s.key, s]));
    expect(after.size).toBe(40);
    for (const { position: _, ...sample } of before) {
      const now = after.get(sample.key)!;
      expect(now.split).toBe(sample.split);
      if (sample.key === '3.png') {
        expect(now).toMatchObject({ caption: 'replaced', labels: [2] });
        expect(now.image).not.toBe(sample.image);
      } else {
        expect(now).toMatchObject(sample);
      }
    }
    expect(await line.import('append', 'append2', { append: true })).toMatchObject({
      unchanged: true,
      versionId: job.versionId,
    });
  });
});

describe('splits', () => {
  it('given in a column are kept; unknown labels are TEST whatever it says', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const split = ['train', 'Validation', 'TEST', ''][i % 4];
      return `${i}.png,${i % 10 === 0 ? '' : i % 3},${split}`;
    });
    await line.write('given', {
      'table.csv': `image,labels,split\n${rows.join('\n')}\n`,
      ...Object.fromEntries(rows.map((_, i) => [`${i}.png`, makePng(i)])),
    });
    const job = await line.import('given', 'given');
    for (const { key, labels, split } of await line.samples(job.versionId!)) {
      const i = Number(key.split('.')[0]);
      if (i % 10 === 0)
        expect({ key, labels, split }).toEqual({ key, labels: null, split: 'TEST' });
      else if (i % 4 < 3) expect(split).toBe(['TRAIN', 'VALIDATION', 'TEST'][i % 4]);
    }
    const version = await line.version(job.versionId!);
    expect(version).toMatchObject({ sampleCount: 40, labelledCount: 36 });
    expect(version.labelStats.flat().reduce((a, b) => a + b)).toBe(36);
  });
});

describe('imports at the same time', () => {
  it('of one new name and the same content make one version, the other is unchanged', async () => {
    await line.write('race', small(25));
    const datasets = await line.count('datasets');
    const started = await Promise.all(
      [0, 1].map(() => line.start({ name: 'race', source: { directory: 'race' } })),
    );
    expect(started[0]!.datasetId).not.toBe(started[1]!.datasetId);
    const jobs = await Promise.all(started.map(({ jobId }) => line.ended(jobId)));
    expect(jobs.map((job) => job.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(jobs.map((job) => job.unchanged).sort()).toEqual([false, true]);
    expect(jobs[0]!.versionId).toBe(jobs[1]!.versionId);
    expect(jobs[0]!.datasetId).toBe(jobs[1]!.datasetId);
    expect(await line.count('datasets')).toBe(datasets + 1);
  });

  it('of one new name and different content make one version, the other is a CONFLICT', async () => {
    await line.write('race a', small(25));
    await line.write('race b', small(26));
    const datasets = await line.count('datasets');
    const started = await Promise.all(
      ['race a', 'race b'].map((directory) =>
        line.start({ name: 'race 2', source: { directory } }),
      ),
    );
    const jobs = await Promise.all(started.map(({ jobId }) => line.ended(jobId)));
    expect(jobs.map((job) => job.status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
    expect(jobs.find((job) => job.status === 'FAILED')).toMatchObject({ errorCode: 'CONFLICT' });
    expect(await line.count('datasets')).toBe(datasets + 1);
  });

  it('that append to one dataset follow each other and lose nothing', async () => {
    await line.write('base', small(10));
    const base = await line.import('base', 'base');
    const folders = ['more 1', 'more 2', 'more 3'];
    for (const [i, folder] of folders.entries()) await line.write(folder, small(10, 100 * (i + 1)));
    const started = await Promise.all(
      folders.map((directory) => line.start({ name: 'base', source: { directory }, append: true })),
    );
    const jobs = await Promise.all(started.map(({ jobId }) => line.ended(jobId)));
    expect(jobs.map((job) => job.status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    const versions = await Promise.all(jobs.map((job) => line.version(job.versionId!)));
    expect(versions.map((version) => version.number).sort()).toEqual([2, 3, 4]);
    expect(Math.max(...versions.map((version) => version.sampleCount))).toBe(40);
    expect(versions.every((version) => version.datasetId === base.datasetId)).toBe(true);
  });
});

describe('a cancelled import', () => {
  it('is cancelled at once, stops long before its end and leaves nothing but its report', async () => {
    await line.write('long', small(1500));
    const datasets = await line.count('datasets');
    const { jobId } = await line.start({ name: 'long', source: { directory: 'long' } });
    while (!((await line.report(jobId)).imported > 0)) await sleep(10);
    await line.cancel(jobId);
    expect((await line.job(jobId)).status).toBe('CANCELLED');
    const told = await line.report(jobId);
    expect(told.read).toBeLessThan(1500);
    await until(() => worker.running().length === 0, 'the worker to let go of it');
    // What was under way when it was cancelled could write no more.
    expect(await line.report(jobId)).toEqual(told);
    expect(await line.count('import_rows')).toBe(0);
    expect(await line.count('datasets')).toBe(datasets);
    expect((await line.import('long', 'long')).status).toBe('SUCCEEDED');
  });
});
