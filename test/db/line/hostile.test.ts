import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveImportDirectory } from '../../../src/services/import-directory.js';
import { SourceFileError } from '../../../src/services/import-source.js';
import { listImportDirectory } from '../../../src/services/list-directory.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';

let line: DataLine;
let outside: string;

beforeAll(async () => {
  line = await DataLine.create();
  outside = await mkdtemp(join(tmpdir(), 'clipwright-outside-'));
  await writeFile(join(outside, 'secret.png'), makePng(1));
  await writeFile(join(outside, 'table.csv'), 'image,labels\nsecret.png,1\n');
  await line.worker();
});
afterAll(async () => {
  await line.close();
  await rm(outside, { recursive: true });
});

const table = (...rows: string[]) => `image,labels,caption\n${rows.join('\n')}\n`;

describe('the directory of a source', () => {
  const resolveIn = (directory: string) => resolveImportDirectory([line.importRoot], directory);

  it('is a folder below an import root, absolute or relative to it', async () => {
    await mkdir(join(line.importRoot, 'deep/er'), { recursive: true });
    const expected = { root: line.importRoot, directory: join(line.importRoot, 'deep/er') };
    expect(await resolveIn('deep/er')).toEqual(expected);
    expect(await resolveIn('./deep/../deep/er/')).toEqual(expected);
    expect(await resolveIn(join(line.importRoot, 'deep/er'))).toEqual(expected);
    expect((await resolveIn('.')).directory).toBe(line.importRoot);
  });

  it('is nothing else, and the answer is the same whether what lies outside exists or not', async () => {
    await symlink(outside, join(line.importRoot, 'leaving'));
    await symlink('..', join(line.importRoot, 'up'));
    await writeFile(join(line.importRoot, 'file'), '');
    const refused = [
      '',
      ' ',
      '..',
      '../',
      '../..',
      '/',
      '/etc',
      '/nowhere/at/all',
      outside,
      'deep/../..',
      '../import2',
      'a\0b',
      'leaving',
      'leaving/',
      'up',
      'absent',
      'file',
      `${line.importRoot}/../x`,
      'x'.repeat(5000),
    ];
    for (const directory of refused) {
      await expect(resolveIn(directory), directory).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
    const message = (directory: string) =>
      resolveIn(directory).catch((error: Error) => error.message.replaceAll(directory, ''));
    expect(await message('/etc')).toBe(await message('/nowhere'));
    await rm(join(line.importRoot, 'up'));
    await rm(join(line.importRoot, 'leaving'));
  });

  it('lies under none where no root is there', async () => {
    await expect(resolveImportDirectory([], 'x')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(resolveImportDirectory(['/no/such/root'], 'x')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('of a sibling whose name begins like the root is outside', async () => {
    await mkdir(`${line.importRoot}-other`, { recursive: true });
    await expect(resolveIn(`${line.importRoot}-other`)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});

describe('the listing of a source', () => {
  const list = async (directory: string, maxEntries = 1000) =>
    listImportDirectory(await resolveImportDirectory([line.importRoot], directory), { maxEntries });

  it('holds ordinary files, follows links within the root and leaves out those that leave it', async () => {
    await line.write('listed', {
      'a.png': makePng(1),
      'sub/b.png': makePng(2),
      '.hidden': 'x',
      '__MACOSX/a.png': 'x',
      'dir.png/inner.txt': 'x',
    });
    await line.write('beside', { 'c.png': makePng(3), 'more/d.png': makePng(4) });
    const folder = join(line.importRoot, 'listed');
    await symlink(join(outside, 'secret.png'), join(folder, 'secret.png'));
    await symlink(outside, join(folder, 'outside'));
    await symlink('../beside', join(folder, 'linked'));
    await symlink('../beside/c.png', join(folder, 'c.png'));
    await symlink('nowhere', join(folder, 'broken.png'));
    await symlink('.', join(folder, 'loop'));
    await symlink('sub', join(folder, 'sub2'));
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    const source = await list('listed');
    expect([...source.paths].sort()).toEqual([
      'a.png',
      'c.png',
      'dir.png/inner.txt',
      'linked/c.png',
      'linked/more/d.png',
      'sub/b.png',
    ]);
    expect(await source.read('linked/more/d.png', 1000)).toEqual(makePng(4));
    expect(await source.read('c.png', 1000)).toEqual(makePng(3));
    await expect(source.read('../outside/secret.png', 1000)).rejects.toThrow(SourceFileError);
    await expect(source.read('secret.png', 1000)).rejects.toThrow('not in the source');
    await expect(source.read('a.png', 10)).rejects.toThrow('more than the 10 allowed');
  });

  it('is bounded', async () => {
    await line.write(
      'large',
      Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}`, ''])),
    );
    await expect(list('large', 20)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect((await list('large', 30)).paths).toHaveLength(30);
  });

  it('does not follow what was put in the place of a listed file or folder', async () => {
    await line.write('swapped', { 'a.png': makePng(1), 'sub/secret.png': makePng(2), 'p.png': '' });
    const source = await list('swapped');
    const folder = join(line.importRoot, 'swapped');
    await rm(join(folder, 'a.png'));
    await symlink(join(outside, 'secret.png'), join(folder, 'a.png'));
    await rm(join(folder, 'sub'), { recursive: true });
    await symlink(outside, join(folder, 'sub'));
    await rm(join(folder, 'p.png'));
    execFileSync('mkfifo', [join(folder, 'p.png')]);
    for (const path of ['a.png', 'sub/secret.png', 'p.png']) {
      await expect(source.read(path, 1000), path).rejects.toThrow(SourceFileError);
    }
    await rm(join(folder, 'a.png'));
    await expect(source.read('a.png', 1000)).rejects.toThrow('no longer there');
  });
});

describe('a hostile table', () => {
  it('reaches nothing by its image cells', async () => {
    await line.write('cells', {
      'images/ok.png': makePng(1),
      'dir.png/x': '',
      'table.csv': table(
        'ok.png,1,fine',
        '../cells/images/ok.png,1,up and down',
        `${join(outside, 'secret.png')},1,absolute`,
        '../../../../etc/passwd,1,up',
        '..\\..\\secret.png,1,backslashes',
        'file:///etc/passwd,1,a URL',
        'images/%2e%2e/secret.png,1,escaped',
        'link.png,1,a link',
        'dir.png,1,a folder',
        'table.csv,1,the table itself',
        '~/secret.png,1,home',
        'images/ok.png/,1,closing slash',
      ),
    });
    await symlink(join(outside, 'secret.png'), join(line.importRoot, 'cells/link.png'));
    const job = await line.import('cells', 'cells', { table: 'table.csv' });
    expect(job.status).toBe('SUCCEEDED');
    const report = await line.report(job.id);
    expect(report).toMatchObject({ read: 12, imported: 2, rejectedCount: 10 });
    expect(report.rejected.every((row) => row.reason.startsWith('missing image'))).toBe(true);
    expect((await line.samples(job.versionId!)).map((sample) => sample.key)).toEqual([
      'images/ok.png/',
      'ok.png',
    ]);
  });

  it('has every row accounted for, with line and reason', async () => {
    const bomb = Buffer.from(makePng(9));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    await line.write('rows', {
      'a.png': makePng(1),
      'b.png': makePng(2),
      'text.png': 'not an image',
      'svg.png': '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'cut.png': makePng(3).subarray(0, 40),
      'bomb.png': bomb,
      'empty.png': '',
      'huge.png': '',
      'table.csv': [
        'image,labels,caption,split',
        'a.png,1,first,train', // 2
        'a.png,1,again,train', // 3: duplicate
        'text.png,1,x,train', // 4
        'svg.png,1,x,train', // 5
        'cut.png,1,x,train', // 6
        'bomb.png,1,x,train', // 7
        'empty.png,1,x,train', // 8
        'huge.png,1,x,train', // 9
        'absent.png,1,x,train', // 10
        'b.png,1,x,somewhere', // 11: bad split
        ',1,no image,train', // 12
        'b.png,1', // 13: cells missing
        `b.png,1,${'x'.repeat(1_200_000)},train`, // 14
        `${'k'.repeat(600)},1,x,train`, // 15
        'b.png,[],"a caption\nin two lines",val', // 16
        '', // blank
        'unterminated.png,1,"never closed,train', // 19
      ].join('\n'),
    });
    await truncate(join(line.importRoot, 'rows/huge.png'), 21 * 1024 * 1024);
    const job = await line.import('rows', 'rows');
    expect(job).toMatchObject({ status: 'SUCCEEDED' });
    const report = await line.report(job.id);
    expect(report).toMatchObject({ read: 16, imported: 2, rejectedCount: 14 });
    const reasons = new Map(report.rejected.map((row) => [row.line, row.reason]));
    expect(reasons.get(3)).toBe('duplicate key: line 2 has it already');
    expect(reasons.get(9)).toContain('more than the 20971520 allowed');
    expect(reasons.get(10)).toContain('missing image');
    expect(reasons.get(11)).toContain('expected train, validation or test');
    expect([...reasons.keys()]).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19]);
    expect(report.rejected.find((row) => row.line === 4)?.key).toBe('text.png');
    const samples = await line.samples(job.versionId!);
    expect(samples).toMatchObject([
      { key: 'a.png', caption: 'first', split: 'TRAIN' },
      { key: 'b.png', caption: 'a caption\nin two lines', labels: [], split: 'VALIDATION' },
    ]);
  });

  it('of which no row can be imported fails, with its report, and leaves no dataset', async () => {
    const datasets = await line.count('datasets');
    await line.write('nothing', {
      'a.png': 'broken',
      'table.csv': table('a.png,1,x', 'b.png,1,y'),
    });
    const job = await line.import('nothing', 'nothing');
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'BAD_USER_INPUT', attempt: 1 });
    expect(job.errorMessage).toMatch(
      /^None of the 2 rows can be imported \(line 2: .*; line 3: missing/,
    );
    expect(await line.report(job.id)).toMatchObject({ read: 2, imported: 0, rejectedCount: 2 });
    expect(await line.count('datasets')).toBe(datasets);
    expect(await line.count('import_rows')).toBe(0);
  });

  it('cannot pollute prototypes nor smuggle statements', async () => {
    await line.write('names', {
      'a.png': makePng(1),
      'b.png': makePng(2),
      'table.jsonl': [
        '{"image":"a.png","labels":["__proto__","constructor"],"caption":"\'); drop table samples; --","__proto__":{"x":1}}',
        '{"image":"b.png","labels":["toString"],"caption":"\\u0000"}',
        '{"image":"b.png","labels":["toString"],"key":{"$ne":1},"caption":"c"}',
      ].join('\n'),
    });
    const job = await line.import('names', 'names', { columns: { key: null } });
    expect(job.status).toBe('SUCCEEDED');
    const version = await line.version(job.versionId!);
    expect(version.labels.map((label) => label.key)).toContain('__proto__');
    expect(({} as { x?: number }).x).toBeUndefined();
    expect((await line.report(job.id)).read).toBe(3);
    expect((await line.samples(job.versionId!))[0]!.caption).toBe("'); drop table samples; --");
  });
});

describe('choosing the table', () => {
  it('takes the only one whose rows match images', async () => {
    await line.write('chosen', {
      'pictures/1.png': makePng(1),
      'data/table.csv': table('1.png,1,x'),
      'data/other.csv': 'a,b\n1,2\n',
      'labels.csv': 'id,name\n1,person\n2,dog\n',
      'notes.txt': 'image\n1.png\n',
    });
    const job = await line.import('chosen', 'chosen');
    expect((await line.version(job.versionId!)).labels).toEqual([{ key: '1', name: 'person' }]);
  });

  it('names the candidates where several match or none does', async () => {
    await line.write('several', {
      '1.png': makePng(1),
      'train.csv': table('1.png,1,x'),
      'test.csv': table('1.png,1,x'),
    });
    await expect(line.import('several', 'several')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('"test.csv", "train.csv"'),
    });
    expect((await line.import('several', 'several', { table: 'train.csv' })).status).toBe(
      'SUCCEEDED',
    );
    await line.write('none', { '1.png': makePng(1), 'table.csv': table('2.jpg,1,x') });
    await expect(line.import('none', 'none')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('"table.csv"'),
    });
  });

  it('looks tables and image folders up in the listing', async () => {
    for (const name of ['../outside.csv', '/etc/passwd', 'no.csv', '..', `${outside}/table.csv`]) {
      await expect(line.import('looked', 'several', { table: name }), name).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      await expect(
        line.import('looked', 'several', { table: 'train.csv', imageFolder: name }),
        name,
      ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  it('takes images of the folder named, else those beside the table', async () => {
    await line.write('folders', {
      'a/1.png': makePng(11),
      'b/1.png': makePng(22),
      'a/table.csv': table('1.png,1,x'),
      'all.csv': table('1.png,1,x'),
    });
    const image = async (more: object) => {
      const job = await line.import(`folders ${JSON.stringify(more)}`, 'folders', more);
      return (await line.samples(job.versionId!))[0]?.image;
    };
    const { sha256Of } = await import('../../../src/storage/sha256.js');
    expect(await image({ table: 'a/table.csv' })).toBe(sha256Of(makePng(11)));
    expect(await image({ table: 'all.csv', imageFolder: 'b' })).toBe(sha256Of(makePng(22)));
    expect(await image({ table: 'all.csv', imageFolder: './a/' })).toBe(sha256Of(makePng(11)));
  });
});

describe('what is asked for', () => {
  it('is checked before anything is enqueued', async () => {
    const source = { directory: 'several', table: 'train.csv' };
    const wrong: [object, RegExp][] = [
      [{ name: '' }, /`name`/],
      [{ name: ' x' }, /`name`/],
      [{ name: 'a\nb' }, /`name`/],
      [{ name: 'x'.repeat(129) }, /`name`/],
      [{ split: { validation: 1 } }, /`split.validation`/],
      [{ split: { validation: 0.6, test: 0.5 } }, /sum/],
      [{ split: { test: Number.NaN } }, /`split.test`/],
      [{ split: { seed: 0.5 } }, /`split.seed`/],
      [{ labelSeparator: '' }, /`labelSeparator`/],
      [
        {
          labelNames: [
            { key: '1', name: 'a' },
            { key: '1', name: 'b' },
          ],
        },
        /twice/,
      ],
      [{ labelNames: [{ key: '', name: 'a' }] }, /`labelNames\[0\].key`/],
      [{ columns: { caption: 'no such column' } }, /`columns.caption`/],
      [{ source: {} }, /`source.directory`/],
    ];
    const jobs = async () =>
      (await line.db.query<{ n: number }>('select count(*)::int as n from jobs'))[0]!.n;
    const before = await jobs();
    for (const [more, message] of wrong) {
      await expect(
        line.start({ name: 'x', source, ...more }),
        JSON.stringify(more),
      ).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(message),
      });
    }
    expect(await jobs()).toBe(before);
  });

  it('fails the job, for good, where the source has gone meanwhile', async () => {
    await line.write('going', { '1.png': makePng(1), 'table.csv': table('1.png,1,x') });
    await line.stopWorkers();
    const { jobId } = await line.start({ name: 'going', source: { directory: 'going' } });
    await rm(join(line.importRoot, 'going'), { recursive: true });
    await line.worker();
    expect(await line.ended(jobId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'BAD_USER_INPUT',
      attempt: 1,
      errorMessage: expect.stringContaining('There is no folder'),
    });
  });
});
