import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditSamplesInput, editSamples } from '../../../src/services/edit-samples.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';

let line: DataLine;

beforeAll(async () => {
  line = await DataLine.create();
  await line.worker();
});
afterAll(() => line.close());

const table = (rows: readonly string[]) =>
  `image,labels,unknown_labels,caption,split\n${rows.join('\n')}\n`;
const ROWS = [
  '0.png,cat,,a,train',
  '1.png,cat dog,,b,train',
  '2.png,dog,cat,c,validation',
  '3.png,,,d,',
];

async function fresh(name: string, rows = ROWS) {
  const images = Object.fromEntries([0, 1, 2, 3].map((i) => [`${i}.png`, makePng(i)]));
  await line.write(name, { ...images, 'table.csv': table(rows) });
  const job = await line.import(name, name, { split: { test: 0, validation: 0 } });
  expect(job).toMatchObject({ status: 'SUCCEEDED' });
  return { datasetId: job.datasetId!, versionId: job.versionId! };
}

const edit = (input: EditSamplesInput) => editSamples({ db: line.db }, input);

async function contents(versionId: string) {
  const { labels, ...version } = await line.version(versionId);
  const samples = await line.samples(versionId);
  return {
    ...version,
    samples: samples.map(({ key, caption, labels: has, split }) => ({
      key,
      caption,
      labels: has?.map((index) => labels[index]!.key) ?? null,
      split,
    })),
  };
}

async function ids(versionId: string) {
  const rows = await line.db.query<{ key: string; id: string }>(
    'select key, id from samples where version_id = $1',
    [versionId],
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}

describe('editSamples', () => {
  it('changes what an edit names, keeps the rest, and counts anew', async () => {
    const { datasetId, versionId } = await fresh('edited');
    const next = await edit({
      datasetId,
      edits: [
        { key: '0.png', labels: ['dog'] },
        { key: '1.png', caption: null, split: 'VALIDATION' },
        { key: '2.png', labels: ['cat'] },
        { key: '3.png', labels: [], split: 'TRAIN' },
      ],
    });
    expect(next).not.toBe(versionId);
    const version = await contents(next);
    expect(version).toMatchObject({ number: 2, sampleCount: 4, labelledCount: 4 });
    expect(version.samples).toEqual([
      { key: '0.png', caption: 'a', labels: ['dog'], split: 'TRAIN' },
      { key: '1.png', caption: null, labels: ['cat', 'dog'], split: 'VALIDATION' },
      { key: '2.png', caption: 'c', labels: ['cat'], split: 'VALIDATION' },
      { key: '3.png', caption: 'd', labels: [], split: 'TRAIN' },
    ]);
    // cat, dog: TRAIN, VALIDATION, TEST, unknown.
    expect(version.labelStats).toEqual([
      [0, 2, 0, 0],
      [1, 1, 0, 0],
    ]);
    const [row] = await line.db.query<{ note: string; latest: string }>(
      `select v.note, d.latest_version_id as latest from dataset_versions v join datasets d on d.id = v.dataset_id where v.id = $1`,
      [next],
    );
    expect(row).toEqual({
      note: '4 samples changed (1 caption, 3 label sets, 2 splits)',
      latest: next,
    });
    // The version before is as it was.
    expect((await contents(versionId)).samples[0]).toMatchObject({ labels: ['cat'] });
  });

  it('gives the digest that an import of the same content has', async () => {
    const { datasetId } = await fresh('digest-edited');
    const next = await edit({
      datasetId,
      edits: [
        { key: '2.png', labels: null },
        { key: '0.png', remove: true },
        { key: '1.png', unknownLabels: ['dog'] },
      ],
    });
    const images = Object.fromEntries([1, 2, 3].map((i) => [`${i}.png`, makePng(i)]));
    const rows = ['1.png,cat,dog,b,train', '2.png,,,c,', '3.png,,,d,'];
    await line.write('digest-imported', { ...images, 'table.csv': table(rows) });
    const job = await line.import('digest-imported', 'digest-imported');
    expect((await line.version(next)).digest).toEqual((await line.version(job.versionId!)).digest);
  });

  it('makes no version where nothing differs', async () => {
    const { datasetId, versionId } = await fresh('same');
    expect(await edit({ datasetId, edits: [{ key: '0.png', labels: ['cat'] }] })).toBe(versionId);
  });

  it('adds labels that are named, behind those there are', async () => {
    const { datasetId } = await fresh('labels');
    const edits = [{ key: '0.png', labels: ['cat', 'bird'] }];
    await expect(edit({ datasetId, edits })).rejects.toThrow(/"bird": name it in `newLabels`/);
    const next = await edit({ datasetId, edits, newLabels: [{ key: 'bird', name: 'a bird' }] });
    expect((await line.version(next)).labels).toEqual([
      { key: 'cat', name: 'cat' },
      { key: 'dog', name: 'dog' },
      { key: 'bird', name: 'a bird' },
    ]);
  });

  it('of several people at once follow one another', async () => {
    const { datasetId } = await fresh('several');
    const keys = ['0.png', '1.png', '2.png', '3.png'];
    await Promise.all(
      keys.map((key) => edit({ datasetId, edits: [{ key, caption: `of ${key}` }], note: key })),
    );
    const [row] = await line.db.query<{ id: string; number: number }>(
      'select id, number from dataset_versions where dataset_id = $1 order by number desc limit 1',
      [datasetId],
    );
    expect(row!.number).toBe(5);
    const { samples } = await contents(row!.id);
    expect(samples.map(({ caption }) => caption)).toEqual(keys.map((key) => `of ${key}`));
  });

  it('based on a sample that has changed since are refused, all of them, and no others', async () => {
    const { datasetId, versionId } = await fresh('based');
    const seen = await ids(versionId);
    const onSeen = (key: string, change: object) => ({ key, basedOn: seen.get(key)!, ...change });
    const second = await edit({
      datasetId,
      edits: [
        onSeen('0.png', { caption: 'of somebody else' }),
        onSeen('1.png', { labels: ['cat'] }),
        onSeen('3.png', { remove: true }),
      ],
    });
    const edits = [
      onSeen('0.png', { split: 'TEST' }),
      onSeen('1.png', { caption: 'x' }),
      onSeen('2.png', { caption: 'x' }),
      onSeen('3.png', { caption: 'x' }),
    ];
    await expect(edit({ datasetId, edits })).rejects.toMatchObject({
      code: 'CONFLICT',
      message:
        'The latest version, 2, is not what was edited: "0.png" has changed, "1.png" has changed, "3.png" is removed. ' +
        'Nothing is saved: look at that version, and edit it there.',
    });
    const third = await edit({ datasetId, edits: [edits[2]!] });
    expect(await contents(third)).toMatchObject({ number: 3 });
    const now = (await ids(second)).get('0.png')!;
    const fourth = await edit({ datasetId, edits: [{ ...edits[0]!, basedOn: now }] });
    expect((await contents(fourth)).samples[0]).toMatchObject({
      caption: 'of somebody else',
      split: 'TEST',
    });
    const strange = { key: '1.png', basedOn: now, caption: 'x' };
    await expect(edit({ datasetId, edits: [strange] })).rejects.toThrow(
      /expected `basedOn` to be an id of the sample "1\.png"/,
    );
  });

  it.each([
    [[], /expected 1 to 5000 edits/],
    [[{ key: 'x' }], /something to change in `edits\[0\]`/],
    [[{ key: 'nowhere.png', caption: 'x' }], /received "nowhere.png"/],
    [
      [
        { key: '0.png', caption: 'x' },
        { key: '0.png', caption: 'y' },
      ],
      /again at `edits\[1\]`/,
    ],
    [[{ key: '0.png', remove: true, labels: [] }], /either `remove` or/],
    [[{ key: '0.png', labels: ['cat'], unknownLabels: ['cat'] }], /"cat" in both/],
    [[{ key: '0.png', labels: ['\ud800'] }], /surrogate/],
    [['0', '1', '2', '3'].map((n) => ({ key: `${n}.png`, remove: true })), /at least one sample/],
  ])('refuses %j', async (edits, message) => {
    const { datasetId } = await fresh(
      `refused-${JSON.stringify(edits).slice(0, 60)}`.replace(/[^a-z0-9-]/gi, '_'),
    );
    await expect(edit({ datasetId, edits })).rejects.toThrow(message);
  });

  it('of an unknown dataset is NOT_FOUND', async () => {
    const edits = [{ key: '0.png', caption: 'x' }];
    await expect(edit({ datasetId: line.test.url, edits })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
