import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { embeddingSetsByIds } from '../../../src/db/embedding-sets.queries.js';
import { setToEmbed } from '../../../src/db/embeddings.queries.js';
import { diskFull } from '../../../src/errors/disk-full.js';
import type { Precision } from '../../../src/ml/clip/precision.js';
import { readFeatures } from '../../../src/ml/train/embedding-file.js';
import { columnsOf } from '../../../src/ml/train/sample-features.js';
import { embedDataset, ensureEmbeddingSet } from '../../../src/services/embed-dataset.js';
import { lookupEmbeddings } from '../../../src/services/embedding-store.js';
import { sha256FromBytes, sha256Of } from '../../../src/storage/sha256.js';
import { makePng } from '../../support/png.js';
import { captionedPhotos } from './captioned-photos.js';
import { DataLine } from './data-line.js';
import { DIMENSION, imageVector, textVector } from './fake-encoder.js';

let line: DataLine;

beforeAll(async () => {
  line = await DataLine.create();
});
afterEach(async () => {
  line.encoder.delay = 0;
  line.encoder.onBatch = () => {};
  line.encoder.fail = line.encoder.warning = undefined;
  await line.stopWorkers();
});
afterAll(() => line.close());

const makeDataset = (name: string, n: number, from?: number) =>
  captionedPhotos(line, name, n, from);

function embed(datasetVersionId: string, precision: Precision = 'FP32') {
  return embedDataset(
    { db: line.db, encoders: line.encoder },
    { datasetVersionId, encoderId: 'test/fake', precision },
  );
}

async function setRow(setId: string) {
  const [row] = await line.db.query<{
    jobId: string;
    imageCount: number;
    textCount: number;
    computedCount: number;
    reusedCount: number;
    artifact: string | null;
  }>(
    `select job_id as "jobId", image_count as "imageCount", text_count as "textCount",
       computed_count as "computedCount", reused_count as "reusedCount",
       encode(artifact_sha256, 'hex') as artifact from embedding_sets where id = $1`,
    [setId],
  );
  return row!;
}

async function load(setId: string) {
  const set = (await setToEmbed(line.db, setId))!;
  const artifactSha256 = sha256FromBytes(set.artifactSha256!);
  const bytes = new Uint8Array(await readFile(line.blobs.path(artifactSha256)));
  const vectors = new Float32Array(bytes.buffer);
  const half = set.sampleCount * set.dimension;
  expect(vectors.length).toBe(2 * half);
  return { image: vectors.subarray(0, half), text: vectors.subarray(half) };
}

describe('embedding', () => {
  it('makes one file with the vectors in sample order, zeros where a modality is missing', async () => {
    const versionId = await makeDataset('first', 30);
    await line.worker();
    const setId = await embed(versionId);
    const { jobId } = await setRow(setId);
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED', errorMessage: null });
    expect(await setRow(setId)).toMatchObject({
      imageCount: 30,
      textCount: 24,
      computedCount: 54,
      reusedCount: 0,
    });
    const file = await load(setId);
    const samples = await line.samples(versionId);
    for (const { position, caption, image } of samples) {
      const at = (vectors: Float32Array) =>
        vectors.subarray(position * DIMENSION, (position + 1) * DIMENSION);
      const bytes = await readFile(
        line.blobs.path(sha256Of(makePng(Number(samples[position]!.key.split('.')[0])))),
      );
      expect(sha256Of(bytes)).toBe(image);
      expect(at(file.image)).toEqual(imageVector(bytes));
      expect(at(file.text)).toEqual(
        caption === null ? new Float32Array(DIMENSION) : textVector(caption),
      );
    }
  });

  it('computes nothing a second time, for the same version or for another one', async () => {
    const versionId = await makeDataset('again', 30);
    const [images, texts] = [line.encoder.images, line.encoder.texts.length];
    await line.worker();
    const setId = await embed(versionId);
    await line.ended((await setRow(setId)).jobId);
    expect([line.encoder.images, line.encoder.texts.length]).toEqual([images, texts]);
    expect(await setRow(setId)).toMatchObject({ computedCount: 0, reusedCount: 54 });
    const before = await setRow(setId);
    expect(await embed(versionId)).toBe(setId);
    expect(await setRow(setId)).toEqual(before);
  });

  it('gives everyone who asks at once the same job', async () => {
    const versionId = await makeDataset('many', 20, 1000);
    const sets = await Promise.all(Array.from({ length: 10 }, () => embed(versionId)));
    expect(new Set(sets).size).toBe(1);
    const [{ count }] = (await line.db.query<{ count: number }>(
      `select count(*)::int as count from jobs where payload->>'setId' = $1`,
      [sets[0]],
    )) as [{ count: number }];
    expect(count).toBe(1);
    await line.worker();
    await line.ended((await setRow(sets[0]!)).jobId);
  });

  it('goes on after a stop with what was not yet done', async () => {
    const versionId = await makeDataset('stopped', 700, 10_000);
    const [images, texts] = [line.encoder.images, line.encoder.texts.length];
    // A pack and a part of the next; what comes then waits for the stop.
    line.encoder.onBatch = () => {
      if (line.encoder.images - images >= 600) line.encoder.delay = 60_000;
    };
    await line.worker(1);
    const setId = await embed(versionId);
    const { jobId } = await setRow(setId);
    while (line.encoder.delay === 0) await sleep(20);
    await line.stopWorkers();
    const done = (await setRow(setId)).computedCount;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(1260);
    line.encoder.onBatch = () => {};
    line.encoder.delay = 0;
    await line.worker(1);
    expect(await line.ended(jobId)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
    expect(await setRow(setId)).toMatchObject({ computedCount: 1260, reusedCount: 0 });
    const repeated = line.encoder.images - images + (line.encoder.texts.length - texts) - 1260;
    // One pack that was being gathered, and the batches under way.
    expect(repeated).toBeLessThan(512 + 4 * 16);
    const progress = (await line.events(jobId)).map((event) => event.progress);
    expect(progress.at(-1)).toBe(1);
  });

  it('that was cancelled or failed is begun anew by the next who asks', async () => {
    const versionId = await makeDataset('cancelled', 40, 2000);
    const setId = await embed(versionId);
    const first = (await setRow(setId)).jobId;
    await line.cancel(first);
    expect((await line.job(first)).status).toBe('CANCELLED');
    await embed(versionId);
    const second = (await setRow(setId)).jobId;
    expect(second).not.toBe(first);
    const { ClipwrightError } = await import('../../../src/errors/clipwright-error.js');
    line.encoder.fail = new ClipwrightError('ENCODER_FILE_INVALID', 'the model is broken');
    await line.worker();
    expect(await line.ended(second)).toMatchObject({
      status: 'FAILED',
      errorCode: 'ENCODER_FILE_INVALID',
    });
    line.encoder.fail = undefined;
    await embed(versionId);
    expect(await line.ended((await setRow(setId)).jobId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('that finds the disk full at its end leaves nothing there, and goes on when there is room', async () => {
    const versionId = await makeDataset('full disk', 20, 30_000);
    const setId = await embed(versionId);
    const adopt = vi.spyOn(line.blobs, 'adopt').mockRejectedValueOnce(diskFull());
    await line.worker();
    expect(await line.ended((await setRow(setId)).jobId)).toMatchObject({
      status: 'FAILED',
      errorCode: 'DISK_FULL',
    });
    expect(await readdir(join(line.directory, 'tmp'))).toEqual([]);
    adopt.mockRestore();
    const computed = line.encoder.images;
    await embed(versionId);
    expect(await line.ended((await setRow(setId)).jobId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(line.encoder.images).toBe(computed);
  });

  it('refuses what it cannot do', async () => {
    const deps = { db: line.db, encoders: line.encoder };
    const ask = (more: object) =>
      embedDataset(deps, {
        datasetVersionId: '00000000-0000-0000-0000-000000000000',
        encoderId: 'test/fake',
        ...more,
      });
    await expect(ask({})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ask({ encoderId: 'no/such' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ask({ datasetVersionId: "' or 1=1" })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(ask({ precision: 'INT8' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('in another precision is another set, by its own towers', async () => {
    const versionId = await makeDataset('precise', 5, 7000);
    const revision = 'e'.repeat(64);
    const towers = { vision: 'v8', text: 't8' };
    line.encoder.variants = [
      {
        precision: 'INT8',
        source: 'FILE',
        revision,
        sizeBytes: 1,
        drift: null,
        towers,
        lackTokens: [],
      },
    ];
    await line.worker();
    const [fp32, int8] = [await embed(versionId), await embed(versionId, 'INT8')];
    for (const setId of [fp32, int8]) {
      expect(await line.ended((await setRow(setId)).jobId)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await setRow(setId)).toMatchObject({ reusedCount: 0 });
    }
    const precisions = await Promise.all(
      [fp32, int8].map(async (id) => (await setToEmbed(line.db, id))!.precision),
    );
    expect(precisions).toEqual(['FP32', 'INT8']);
    expect([...line.encoder.revisions].sort()).toEqual(['a'.repeat(64), revision]);
    line.encoder.variants = [];
  });

  it('shares contents within a version and finds vectors by content', async () => {
    await line.write('twins', {
      'table.csv':
        'key,image,labels,caption\na,x.png,1,same\nb,x.png,1,same\nc,y.png,1,"two\nlines"\n',
      'x.png': makePng(5001),
      'y.png': makePng(5002),
    });
    await line.worker();
    const { versionId } = await line.import('twins', 'twins');
    const setId = await embed(versionId!);
    await line.ended((await setRow(setId)).jobId);
    expect(await setRow(setId)).toMatchObject({ imageCount: 3, computedCount: 4, reusedCount: 2 });
    const file = await load(setId);
    expect(file.image.slice(0, 8)).toEqual(file.image.slice(8, 16));
    const set = (await setToEmbed(line.db, setId))!;
    const contents = ['two\nlines', 'unknown', 'same'].map((text) =>
      Buffer.from(sha256Of(text), 'hex'),
    );
    const space = { id: set.spaceId, dimension: DIMENSION };
    expect(await lookupEmbeddings(line.db, line.blobs, space, 'TEXT', contents)).toEqual([
      textVector('two\nlines'),
      undefined,
      textVector('same'),
    ]);
    expect(await lookupEmbeddings(line.db, line.blobs, space, 'IMAGE', contents)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is ensured within a transaction, and not at all where that rolls back', async () => {
    const versionId = await makeDataset('rolled', 5, 9000);
    const encoder = (await line.encoder.get('test/fake'))!;
    const before = await line.count('embedding_sets');
    await expect(
      line.db.transaction(async (tx) => {
        const set = await ensureEmbeddingSet(tx, { datasetVersionId: versionId, encoder });
        expect(set).toMatchObject({ complete: false, jobId: expect.any(String) });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await line.count('embedding_sets')).toBe(before);
  });
});

describe('runs that wait for a set', () => {
  const waitingRun = async (setId: string) => {
    const [run] = await line.db.query<{ id: string }>(
      `insert into runs (name, version_id, set_id, encoder_id, config, seed, thresholds, tags)
       select 'waits', version_id, id, 'test/fake', '{}', 1, '{}', '{}' from embedding_sets where id = $1
       returning id`,
      [setId],
    );
    return run!.id;
  };
  const run = async (id: string) => {
    const [row] = await line.db.query<{ status: string; task: string | null; errorCode: string }>(
      `select r.status, j.task, r.error_code as "errorCode" from runs r left join jobs j on j.id = r.job_id
       where r.id = $1`,
      [id],
    );
    return row!;
  };

  it('get their training job in the transaction that completes it', async () => {
    const setId = await embed(await makeDataset('waited for', 10, 20_000));
    const runs = [await waitingRun(setId), await waitingRun(setId)];
    await line.worker();
    await line.ended((await setRow(setId)).jobId);
    for (const id of runs)
      expect(await run(id)).toMatchObject({ status: 'QUEUED', task: 'train-run' });
  });

  it('fail with it, whether it failed or was cancelled', async () => {
    const setId = await embed(await makeDataset('in vain', 10, 21_000));
    const first = await waitingRun(setId);
    await line.cancel((await setRow(setId)).jobId);
    expect(await run(first)).toMatchObject({ status: 'FAILED', task: null });
    await embed((await setToEmbed(line.db, setId))!.versionId);
    const second = await waitingRun(setId);
    const { ClipwrightError } = await import('../../../src/errors/clipwright-error.js');
    line.encoder.fail = new ClipwrightError('ENCODER_FILE_INVALID', 'the model is broken');
    await line.worker();
    await line.ended((await setRow(setId)).jobId);
    expect(await run(second)).toMatchObject({
      status: 'FAILED',
      errorCode: 'ENCODER_FILE_INVALID',
    });
  });
});

describe('loading a set', () => {
  it('puts what was asked for side by side, scaled, and refuses a file of another size', async () => {
    const [samples, dimension] = [300, 8];
    const vectors = new Float32Array(2 * samples * dimension).map((_, i) => i);
    const path = line.blobs.path(await line.blobs.put(new Uint8Array(vectors.buffer)));
    const embeds = { image: dimension, text: dimension };
    const file = { path, samples, dimension };
    const scaled = vectors.map((x) => x * Math.fround(Math.sqrt(dimension)));
    const row = (section: number, at: number) => {
      const start = (section * samples + at) * dimension;
      return [...scaled.subarray(start, start + dimension)];
    };
    const rows = [...Array(samples).keys()];
    const both = await readFeatures(file, columnsOf('CONCAT', embeds));
    expect([...both]).toEqual(rows.flatMap((at) => [...row(0, at), ...row(1, at)]));
    const text = await readFeatures(file, columnsOf('TEXT_ONLY', embeds));
    expect([...text]).toEqual(rows.flatMap((at) => row(1, at)));
    await expect(
      readFeatures({ ...file, samples: 10 }, columnsOf('IMAGE_ONLY', embeds)),
    ).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
  });

  it('says once, in its job’s events and on the set, that the CPU computed in place of a device', async () => {
    const versionId = await makeDataset('fallen back', 40, 700);
    line.encoder.warning = 'webgpu failed, so the CPU embeds';
    await line.worker();
    const setId = await embed(versionId);
    const { jobId } = await setRow(setId);
    await line.ended(jobId);
    const events = await line.db.query<{ message: string | null }>(
      'select message from job_events where job_id = $1',
      [jobId],
    );
    const warned = events.filter(({ message }) => message === line.encoder.warning);
    expect(warned).toHaveLength(1);
    const [set] = await embeddingSetsByIds(line.db, [setId]);
    expect(set).toMatchObject({ status: 'SUCCEEDED', warning: line.encoder.warning });

    line.encoder.warning = undefined;
    const other = await embed(await makeDataset('as it should be', 10, 800));
    await line.worker();
    await line.ended((await setRow(other)).jobId);
    expect((await embeddingSetsByIds(line.db, [other]))[0]!.warning).toBe(null);
  });
});
