import { randomUUID } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { previewImport } from '../../../src/services/preview-import.js';
import { createToken, FIXED_TOKEN_ID } from '../../../src/services/tokens.js';
import { Uploads } from '../../../src/services/uploads.js';
import { makeTar, makeZip, type ZipEntry } from '../../support/archives.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';

let line: DataLine;

beforeAll(async () => {
  line = await DataLine.create();
  await line.worker();
});
afterAll(() => line.close());

const ENTRIES: ZipEntry[] = [
  {
    name: 'set/table.csv',
    content: 'image,labels,caption\n1.png,cat dog,a\n2.png,dog,b\n3.png,cat,c\n',
  },
  { name: 'set/1.png', content: makePng(1) },
  { name: 'set/2.png', content: makePng(2) },
  { name: 'set/3.png', content: makePng(3) },
];
const ARCHIVES: [string, () => Buffer][] = [
  ['zip', () => makeZip(ENTRIES)],
  ['tar', () => makeTar(ENTRIES)],
  ['tar.gz', () => gzipSync(makeTar(ENTRIES))],
];

async function upload(bytes: Buffer): Promise<string> {
  const { id } = await line.uploads.create({
    filename: 'photos.zip',
    sizeBytes: bytes.length,
    tokenId: FIXED_TOKEN_ID,
  });
  await line.uploads.receive(id, Readable.from([bytes]));
  return id;
}

const files = () => readdir(join(line.directory, 'uploads'));

describe.each(ARCHIVES)('an uploaded %s', (format, make) => {
  it('can be looked into, is imported, and goes', async () => {
    const uploadId = await upload(make());
    const source = { uploadId };
    const preview = await previewImport(line.deps, { name: 'any', source });
    expect(preview).toMatchObject({
      table: 'set/table.csv',
      columns: ['image', 'labels', 'caption'],
      guess: { image: 'image', labels: 'labels', caption: 'caption', labelSeparator: ' ' },
      warnings: [],
    });
    expect(preview.rows[0]).toEqual(['1.png', 'cat dog', 'a']);
    const { jobId } = await line.start({ name: `from ${format}`, source });
    const job = await line.ended(jobId);
    expect(job).toMatchObject({ status: 'SUCCEEDED', errorMessage: null });
    expect(await line.version(job.versionId!)).toMatchObject({ sampleCount: 3 });
    await expect.poll(files).toEqual([]);
    await expect(line.start({ name: 'again', source })).rejects.toThrow(/no upload with this id/);
  });
});

describe('an upload', () => {
  it('of less or more than was said is refused, and may be sent again', async () => {
    const { id } = await line.uploads.create({
      filename: 'a.zip',
      sizeBytes: 10,
      tokenId: FIXED_TOKEN_ID,
    });
    for (const bytes of [9, 11]) {
      const body = Readable.from([Buffer.alloc(bytes)]);
      await expect(line.uploads.receive(id, body)).rejects.toThrow(/expected 10 bytes/);
      expect(await files()).toEqual([]);
    }
    await expect(line.start({ name: 'x', source: { uploadId: id } })).rejects.toThrow(
      /PUT its bytes/,
    );
    await line.uploads.receive(id, Readable.from([Buffer.alloc(10)]));
    const twice = line.uploads.receive(id, Readable.from([Buffer.alloc(10)]));
    await expect(twice).rejects.toMatchObject({ code: 'CONFLICT' });
    await line.uploads.discard(id);
  });

  it('that is sent twice at once is what came last, and nothing of the other stays', async () => {
    const { id } = await line.uploads.create({
      filename: 'a.zip',
      sizeBytes: 4,
      tokenId: FIXED_TOKEN_ID,
    });
    const first = new PassThrough();
    const slow = line.uploads.receive(id, first);
    first.write('AA');
    await expect.poll(files).toHaveLength(1);
    const second = line.uploads.receive(id, Readable.from([Buffer.from('BBBB')]));
    await expect(slow).rejects.toMatchObject({ code: 'CONFLICT' });
    await second;
    const late = line.uploads.receive(id, Readable.from([Buffer.from('CCCC')]));
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await readFile(await line.uploads.path(id, 'id'), 'utf8')).toBe('BBBB');
    await line.uploads.discard(id);
    expect(await files()).toEqual([]);
  });

  it('that nobody sent within the hour does not count, and one can be given up', async () => {
    const announce = () =>
      line.uploads.create({ filename: 'a.zip', sizeBytes: 1, tokenId: FIXED_TOKEN_ID });
    const received = await upload(makeZip(ENTRIES));
    const announced = await Promise.all(Array.from({ length: 99 }, announce));
    await expect(announce()).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: expect.stringContaining('Your token has 100 uploads'),
    });
    const { token } = await createToken({ db: line.db }, { name: 'another', role: 'EDITOR' });
    const ofAnother = await line.uploads.create({
      filename: 'a.zip',
      sizeBytes: 1,
      tokenId: token.id,
    });
    await line.uploads.discard(ofAnother.id);
    expect(await line.uploads.discard(received)).toEqual({
      id: received,
      freedBytes: makeZip(ENTRIES).length,
    });
    announced.push(await announce());
    await line.db.query(
      "update uploads set created_at = now() - interval '61 minutes' where id = any($1::uuid[])",
      [announced.map(({ id }) => id)],
    );
    const last = await announce();
    await expect(line.uploads.discard(announced[0]!.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await line.uploads.discard(last.id);
  });

  it('is awaited for its hour by one clock, whatever that of this process says', async () => {
    const { id } = await line.uploads.create({
      filename: 'a.zip',
      sizeBytes: 4,
      tokenId: FIXED_TOKEN_ID,
    });
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * 3_600_000);
    try {
      await line.uploads.expected(id);
    } finally {
      vi.restoreAllMocks();
    }
    await line.uploads.discard(id);
  });

  it('that an import needs cannot be given up', async () => {
    await line.stopWorkers();
    const uploadId = await upload(makeZip(ENTRIES));
    const { jobId } = await line.start({ name: 'needs it', source: { uploadId } });
    await expect(line.uploads.discard(uploadId)).rejects.toMatchObject({ code: 'CONFLICT' });
    await line.worker();
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
    await expect(line.uploads.discard(uploadId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Its file goes a moment after its row.
    await expect.poll(files).toEqual([]);
  });

  it('that a killed process was receiving or unpacking leaves nothing', async () => {
    const id = await upload(makeZip(ENTRIES));
    const parts = ['part', 'content'].map((kind) => `${id}.${randomUUID()}.${kind}`);
    const [dead, alive] = parts.map((name) => join(line.directory, 'uploads', name));
    for (const path of [dead!, alive!]) await writeFile(path, 'half');
    await utimes(dead!, 0, 0);
    await line.uploads.sweep();
    expect((await files()).sort()).toEqual([id, parts[1]!].sort());
    await line.uploads.discard(id);
    expect(await files()).toEqual([]);
  });

  it('that is no archive, or holds no table, says so', async () => {
    const text = await upload(Buffer.from('not an archive at all'));
    await expect(line.start({ name: 'x', source: { uploadId: text } })).rejects.toThrow(
      /a zip, a tar/,
    );
    const empty = await upload(makeZip([{ name: '1.png', content: makePng(1) }]));
    await expect(line.start({ name: 'x', source: { uploadId: empty } })).rejects.toThrow(
      /No table/,
    );
    await Promise.all([text, empty].map((id) => line.uploads.discard(id)));
  });

  it('too large for the limit, or without a name, is refused', async () => {
    const create = (filename: string, sizeBytes: number) =>
      line.uploads.create({ filename, sizeBytes, tokenId: FIXED_TOKEN_ID });
    await expect(create('a', 2 ** 40)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await expect(create('a', 0.5)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(create(' ', 1)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is refused where the disk has no room for it and those that were announced before', async () => {
    const GiB = 1024 ** 3;
    const uploads = await Uploads.open({
      db: line.db,
      directory: join(line.directory, 'uploads'),
      maxBytes: 10 * GiB,
      freeBytes: async () => 3 * GiB,
    });
    const announce = () =>
      uploads.create({ filename: 'a.zip', sizeBytes: 2 * GiB, tokenId: FIXED_TOKEN_ID });
    const { id } = await announce();
    await expect(announce()).rejects.toMatchObject({ code: 'DISK_FULL' });
    await uploads.discard(id);
    await uploads.discard((await announce()).id);
  });

  it('that an import rejects in part shows why, and stays where the import fails', async () => {
    const damaged = makeZip([
      ...ENTRIES.slice(0, 3),
      { name: 'set/3.png', content: makePng(3), lies: { crc: 7 } },
    ]);
    const { jobId } = await line.start({
      name: 'damaged',
      source: { uploadId: await upload(damaged) },
    });
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await line.report(jobId)).toMatchObject({ read: 3, imported: 2, rejectedCount: 1 });

    const other = await upload(makeZip(ENTRIES.slice(0, 2)));
    const again = await line.start({ name: 'damaged', source: { uploadId: other } });
    expect(await line.ended(again.jobId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'CONFLICT',
    });
    expect(await files()).toContain(other);
    await line.uploads.discard(other);
  });

  it('goes after a day, unless an import waits for it', async () => {
    const [old, young, used] = await Promise.all([1, 2, 3].map(() => upload(makeZip(ENTRIES))));
    await line.stopWorkers();
    const { jobId } = await line.start({ name: 'late', source: { uploadId: used! } });
    await line.db.query(
      "update uploads set created_at = now() - interval '25 hours' where id = any($1::uuid[])",
      [[old, used]],
    );
    const lost = join(line.directory, 'uploads', '00000000-0000-0000-0000-000000000000');
    await writeFile(lost, 'left by a crash');
    await utimes(lost, 0, 0);
    await line.uploads.sweep();
    expect((await files()).sort()).toEqual([young!, used!].sort());
    await line.worker();
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('previewImport', () => {
  it('warns of what an import would refuse or reject', async () => {
    await line.write('preview', {
      'a.csv': 'photo_of,labels\n1.png,cat\n9.png,dog\n',
      '1.png': makePng(1),
    });
    const look = (more: object = {}) =>
      previewImport(line.deps, { name: 'x', source: { directory: 'preview' }, ...more });
    const preview = await look();
    expect(preview.guess.image).toBe('photo_of');
    expect(preview).toMatchObject({
      warnings: [],
      check: {
        rowCount: 2,
        isWhole: true,
        rejectedCount: 1,
        rejected: [{ line: 3, key: '9.png' }],
      },
    });
    const missing = await look({ columns: { caption: 'nowhere' } });
    expect(missing.warnings[0]).toMatch(/nowhere/);
    expect(missing).toMatchObject({ columns: ['photo_of', 'labels'], check: null });
    await line.write('preview-none', { 'readme.md': 'x' });
    await expect(
      previewImport(line.deps, { name: 'x', source: { directory: 'preview-none' } }),
    ).rejects.toThrow(/No table/);
  });

  it('finds what an import rejects far behind the first rows, in the same words', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `${i},1.png,train`);
    rows[700] = '700,nowhere.png,train';
    rows[800] = '800,1.png,sideways';
    rows[900] = '1,1.png,train';
    await line.write('long', {
      'a.csv': `key,image,split\n${rows.join('\n')}\n`,
      '1.png': makePng(1),
    });
    const input = { name: 'long', source: { directory: 'long' } };
    const { check } = await previewImport(line.deps, input);
    const { jobId } = await line.start(input);
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED' });
    const report = await line.report(jobId);
    expect(check).toMatchObject({ rowCount: report.read, isWhole: true, rejectedCount: 3 });
    const said = check!.rejected.map(({ line, key, reason }) => ({ line, key, reason }));
    expect(said).toEqual(report.rejected);
  });

  it('does not look into an archive that is too large to wait for, which an import may take', async () => {
    const zip = makeZip([{ name: 'a.csv', content: 'x', lies: { size: 3 * 1024 ** 3 } }]);
    const uploadId = await upload(zip);
    const preview = previewImport(line.deps, { name: 'x', source: { uploadId } });
    await expect(preview).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('import it'),
    });
    await line.uploads.discard(uploadId);
  });
});
