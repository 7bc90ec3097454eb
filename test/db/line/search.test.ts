import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SearchProcess } from '../../../src/ml/processes/search-process.js';
import { deleteDataset } from '../../../src/services/delete-dataset.js';
import { embedDataset } from '../../../src/services/embed-dataset.js';
import { Embedders } from '../../../src/services/embedders.js';
import { type SetSearch, searchSet } from '../../../src/services/search-set.js';
import { makePng } from '../../support/png.js';
import { DataLine } from './data-line.js';
import { imageVector, textVector } from './fake-encoder.js';

const SAMPLES = 40;
let line: DataLine;
let versionId: string;
let setId: string;
let samples: Awaited<ReturnType<DataLine['samples']>>;
const searching = new SearchProcess();

/** `n` samples; every fifth has no caption, and every second is labelled 1. */
async function imported(name: string, n: number): Promise<string> {
  await line.write(name, {
    'table.csv': `image,labels,caption\n${Array.from(
      { length: n },
      (_, i) => `${i}.png,${i % 2 ? '1' : '2'},${i % 5 === 0 ? '' : `caption ${i}`}`,
    ).join('\n')}\n`,
    ...Object.fromEntries(
      Array.from({ length: n }, (_, i) => [`images/${i}.png`, makePng(i)] as const),
    ),
  });
  return (await line.import(name, name)).versionId!;
}

async function embedded(datasetVersionId: string): Promise<string> {
  const id = await embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId, encoderId: 'test/fake', precision: 'FP32' },
  );
  const [set] = await line.db.query<{ jobId: string }>(
    'select job_id as "jobId" from embedding_sets where id = $1',
    [id],
  );
  expect((await line.ended(set!.jobId)).status).toBe('SUCCEEDED');
  return id;
}

beforeAll(async () => {
  line = await DataLine.create();
  await line.worker();
  versionId = await imported('photos', SAMPLES);
  setId = await embedded(versionId);
  samples = await line.samples(versionId);
});
afterAll(async () => {
  await searching.close();
  await line.close();
});

function search(input: Partial<SetSearch> & Pick<SetSearch, 'query'>) {
  const { db, blobs, encoder } = line;
  const embedders = new Embedders({
    db,
    blobs,
    encoders: encoder,
    images: encoder,
    runner: encoder,
  });
  return searchSet(
    {
      db,
      blobs,
      embedder: (wanted) => embedders.embedder(wanted),
      knownVectors: (wanted, modality, contents) => embedders.known(wanted, modality, contents),
      uploadPath: async () => {
        throw new Error('there are no uploads');
      },
      search: (payload) => searching.search(payload),
    },
    { setId, modality: 'IMAGE', filter: null, first: 10, ...input },
  );
}

const imageOf = (position: number) =>
  imageVector(makePng(Number.parseInt(samples[position]!.key, 10)));
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, d) => sum + v * b[d]!, 0);

/** By comparison with each sample that has a vector. */
function byHand(
  query: Float32Array,
  vectorOf: (position: number) => Float32Array | null,
  keep = (_: number) => true,
) {
  return samples
    .flatMap(({ position }) => {
      const vector = keep(position) ? vectorOf(position) : null;
      return vector ? [{ position, similarity: dot(query, vector) }] : [];
    })
    .sort((a, b) => b.similarity - a.similarity);
}

const positions = (hits: readonly { position: number }[]) => hits.map(({ position }) => position);

describe('a search', () => {
  it('finds the photos that are nearest to a text', async () => {
    const { hits, versionId: of } = await search({ query: { text: 'two cats' } });
    expect(of).toBe(versionId);
    const expected = byHand(textVector('two cats'), imageOf).slice(0, 10);
    expect(positions(hits)).toEqual(positions(expected));
    hits.forEach(({ similarity }, i) => {
      expect(similarity).toBeCloseTo(expected[i]!.similarity, 6);
    });
  });

  it("finds captions by a client's photo; a sample without a caption is not found", async () => {
    const bytes = Buffer.from(makePng(999));
    const { hits } = await search({
      query: { image: { bytes } },
      modality: 'TEXT',
      first: SAMPLES,
    });
    const captions = byHand(imageVector(bytes), (at) =>
      samples[at]!.caption ? textVector(samples[at]!.caption!) : null,
    );
    expect(captions).toHaveLength(SAMPLES * 0.8);
    expect(positions(hits)).toEqual(positions(captions));
  });

  it('finds what is like a sample, and not the sample; what a filter holds back is not found', async () => {
    const [row] = await line.db.query<{ id: string }>(
      'select id from samples where version_id = $1 and position = 7',
      [versionId],
    );
    const { hits } = await search({
      query: { sampleId: row!.id },
      filter: { labels: ['1'] },
      first: SAMPLES,
    });
    const [version] = await line.db.query<{ labels: { key: string }[] }>(
      'select labels from dataset_versions where id = $1',
      [versionId],
    );
    const label = version!.labels.findIndex(({ key }) => key === '1');
    const labelled = (at: number) => at !== 7 && samples[at]!.labels!.includes(label);
    expect(hits.length).toBeGreaterThan(10);
    expect(positions(hits)).toEqual(positions(byHand(imageOf(7), imageOf, labelled)));
  });

  it("by a stored sample's photo runs no encoder", async () => {
    const [row] = await line.db.query<{ id: string }>(
      'select id from samples where version_id = $1 and position = 3',
      [versionId],
    );
    const before = line.encoder.images;
    const { hits } = await search({ query: { image: { sampleId: row!.id } } });
    expect(hits[0]).toMatchObject({ position: 3 });
    expect(line.encoder.images).toBe(before);
  });

  it.each([
    ['an unknown set', { setId: '00000000-0000-0000-0000-000000000000' }, 'NOT_FOUND'],
    ['an empty text', { query: { text: ' ' } }, 'BAD_USER_INPUT'],
    [
      'an unknown sample',
      { query: { sampleId: '00000000-0000-0000-0000-000000000000' } },
      'NOT_FOUND',
    ],
  ] as const)('refuses %s', async (_, input, code) => {
    await expect(search({ query: { text: 'x' }, ...input })).rejects.toMatchObject({ code });
  });

  it('needs a complete set', async () => {
    const [row] = await line.db.query<{ id: string }>(
      `with space as (
         insert into embedding_spaces (encoder_id, revision, preprocessing, precision, dimension)
         values ('test/other', 'r', 'p', 'FP32', 8) returning id)
       insert into embedding_sets (version_id, space_id, image_count, text_count)
       select $1, id, 0, 0 from space returning id`,
      [versionId],
    );
    const incomplete = search({ setId: row!.id, query: { text: 'x' } });
    await expect(incomplete).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

it('nothing of a deleted set is found or kept', async () => {
  const gone = await imported('gone', 5);
  const goneSet = await embedded(gone);
  await search({ setId: goneSet, query: { text: 'x' } });
  expect(searching.pids).toHaveLength(1);
  const [version] = await line.db.query<{ id: string }>(
    'select dataset_id as id from dataset_versions where id = $1',
    [gone],
  );
  await deleteDataset({ db: line.db, blobs: line.blobs }, version!.id);
  await searching.forget();
  expect(searching.pids).toHaveLength(0);
  await expect(search({ setId: goneSet, query: { text: 'x' } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await search({ query: { text: 'x' } })).hits).toHaveLength(10);
});
