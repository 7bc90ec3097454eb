import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { batchPredictionById } from '../../../src/db/batch-predictions.queries.js';
import { samplesAt } from '../../../src/db/samples.queries.js';
import { diskFull } from '../../../src/errors/disk-full.js';
import { InferProcess } from '../../../src/ml/processes/infer-process.js';
import { TrainProcess } from '../../../src/ml/processes/train-process.js';
import {
  cancelBatchPrediction,
  deleteBatchPrediction,
} from '../../../src/services/batch-predictions.js';
import {
  batchResults,
  type FinishedBatch,
  isFinished,
} from '../../../src/services/batch-results.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { deleteDataset } from '../../../src/services/delete-dataset.js';
import { Embedders } from '../../../src/services/embedders.js';
import { type ExportFormat, exportBatch } from '../../../src/services/export-batch.js';
import {
  checkTemplate,
  type ExportColumn,
  standardTemplate,
} from '../../../src/services/export-template.js';
import { headRunner } from '../../../src/services/head-runner.js';
import { predict } from '../../../src/services/predict.js';
import { type PredictDatasetInput, predictDataset } from '../../../src/services/predict-dataset.js';
import { registerModel } from '../../../src/services/register-model.js';
import { startRun } from '../../../src/services/start-run.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

const trainer = new TrainProcess();
const infer = new InferProcess({ processes: 1, threads: 1 });
const heads = headRunner(infer, 0);
let line: ExperimentLine;
let versionId: string;

beforeAll(async () => {
  line = await ExperimentLine.create((payload, options) => trainer.train(payload, options), heads);
  await line.worker();
  const { datasetId } = await line.dataset('trained on');
  for (const [model, fusion] of [
    ['both', 'CONCAT'],
    ['photo', 'IMAGE_ONLY'],
  ] as const) {
    const runId = await startRun(line.deps, {
      datasetId,
      encoderId: 'test/fake',
      config: { fusion: { kind: fusion }, epochs: 2 },
    });
    await until(
      async () => (await line.runs()).every(({ status }) => status === 'SUCCEEDED'),
      'the run',
      30_000,
    );
    await registerModel(line, { runId, name: model });
  }
});
afterAll(async () => {
  await line.close();
  await Promise.all([trainer.close(), infer.close()]);
});
let count = 0;
beforeEach(async () => {
  ({ versionId } = await line.dataset(`predicted ${count++}`));
});

const ask = (more: Partial<PredictDatasetInput> = {}) =>
  predictDataset(line.deps, { model: 'both@latest', datasetVersionId: versionId, ...more });

const row = async (id: string) => (await batchPredictionById(line.db, id))!;

async function finished(id: string): Promise<FinishedBatch> {
  await until(
    async () => ['SUCCEEDED', 'FAILED'].includes((await row(id)).status),
    'the batch',
    30_000,
  );
  const batch = await row(id);
  if (!isFinished(batch)) throw new Error(`${batch.errorCode}: ${batch.errorMessage}`);
  return batch;
}

async function resultsOf(batch: FinishedBatch, slice = {}) {
  const results = [];
  for await (const result of batchResults(line.blobs, batch, slice)) results.push(result);
  return results;
}

async function file(batch: FinishedBatch, format: ExportFormat, columns: readonly ExportColumn[]) {
  const parts: Buffer[] = [];
  for await (const part of exportBatch(line, batch, format, columns)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const text = async (...of: Parameters<typeof file>) => (await file(...of)).toString();

/** What `predict` says of the same samples, one by one. */
async function oneByOne(model: string, positions: readonly number[]) {
  const { encoder, db, blobs } = line;
  const embedders = new Embedders({
    db,
    blobs,
    encoders: encoder,
    images: encoder,
    runner: encoder,
  });
  const samples = await samplesAt(db, versionId, positions);
  const { predictions } = await predict(
    {
      db,
      blobs,
      heads,
      embedder: (of) => embedders.embedder(of),
      uploadPath: () => Promise.reject(new Error('no uploads here')),
      knownVectors: (of, modality, contents) => embedders.known(of, modality, contents),
    },
    model,
    samples.map(({ id, key, caption }) => ({ key, text: caption, image: { sampleId: id } })),
  );
  return predictions;
}

describe('predictDataset', () => {
  it('embeds what is not embedded, and gives what predict gives of each sample', async () => {
    const batch = await finished(await ask());
    expect(batch).toMatchObject({
      model: 'both/1',
      sampleCount: 30,
      splits: ['TRAIN', 'VALIDATION', 'TEST'],
    });
    const results = await resultsOf(batch);
    expect(results.map(({ position }) => position)).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    );
    const expected = await oneByOne(
      'both/1',
      results.map(({ position }) => position),
    );
    for (const [at, { scores, labels }] of results.entries()) {
      expect(labels).toEqual(expected[at]!.labels.map(({ labelIndex }) => labelIndex));
      for (const [label, score] of scores.entries()) {
        expect(score).toBeCloseTo(expected[at]!.scores[label]!.score, 6);
      }
    }
    expect(await resultsOf(batch, { after: 3, count: 2 })).toEqual(results.slice(4, 6));
    expect(await resultsOf(batch, { after: 29 })).toEqual([]);
  });

  it('of the same is the same; of other splits another', async () => {
    const first = await finished(await ask());
    expect(await ask({ model: 'both/1' })).toBe(first.id);
    const test = await finished(await ask({ splits: ['TEST'] }));
    expect(test).toMatchObject({ splits: ['TEST'], sampleCount: 10 });
    expect((await resultsOf(test)).map(({ position }) => position % 3)).toEqual(Array(10).fill(2));
  });

  it('leaves out samples that lack what the model needs', async () => {
    await line.db.query(
      'update samples set image_sha256 = null where version_id = $1 and position < 25',
      [versionId],
    );
    const batch = await finished(await ask({ model: 'photo/1' }));
    expect(batch.sampleCount).toBe(5);
    expect((await resultsOf(batch)).map(({ position }) => position)).toEqual([25, 26, 27, 28, 29]);
    await line.db.query('update samples set image_sha256 = null where version_id = $1', [
      versionId,
    ]);
    const none = await ask({ model: 'photo/1', splits: ['TEST'] });
    await until(async () => (await row(none)).status === 'FAILED', 'the end');
    expect(await row(none)).toMatchObject({
      errorCode: 'BAD_USER_INPUT',
      errorMessage: expect.stringContaining('No sample'),
    });
  });

  it('is exported as CSV and JSONL, with the columns that were asked for', async () => {
    const batch = await finished(await ask());
    const results = await resultsOf(batch);
    const labels = [{ key: 'a' }, { key: 'b' }];
    const submission = checkTemplate(
      [
        { name: 'ImageID', value: 'KEY' },
        { name: 'Labels, all', value: 'LABELS', separator: ' ' },
        { name: 'a', value: 'PREDICTED', label: 'a' },
      ],
      labels,
    );
    const rows = (await text(batch, 'CSV', submission)).trimEnd().split('\n');
    expect(rows[0]).toBe('ImageID,"Labels, all",a');
    expect(rows.slice(1)).toEqual(
      results.map(({ position, labels: predicted }) => {
        const keys = predicted.toSorted().map((index) => labels[index]!.key);
        return `${String(position).padStart(3, '0')},${keys.join(' ')},${predicted.includes(0) ? 1 : 0}`;
      }),
    );
    const lines = (await text(batch, 'JSONL', standardTemplate(labels))).trimEnd().split('\n');
    expect(JSON.parse(lines[7]!)).toEqual({
      key: '007',
      labels: results[7]!.labels.toSorted().map((index) => labels[index]!.key),
      'score a': results[7]!.scores[0],
      'score b': results[7]!.scores[1],
    });
  });

  it('leaves what a spreadsheet takes for a formula as it is, in CSV as everywhere', async () => {
    const batch = await finished(await ask());
    const captions = ['=1+1', '+1', '-1', '@SUM(A1)', '=cmd|"/C calc"!A0', "'=1", '\t=1'];
    await line.db.query(
      'update samples set caption = ($2::text[])[position + 1] where version_id = $1 and position < 7',
      [versionId, captions],
    );
    const columns: readonly ExportColumn[] = [
      { name: '=key', value: 'KEY', separator: null, label: null },
      { name: '@caption', value: 'CAPTION', separator: null, label: null },
    ];
    const csv = ['=1+1', '+1', '-1', '@SUM(A1)', '"=cmd|""/C calc""!A0"', "'=1", '"\t=1"'];
    expect((await text(batch, 'CSV', columns)).split('\n').slice(0, 8)).toEqual([
      '=key,@caption',
      ...csv.map((cell, position) => `00${position},${cell}`),
    ]);
    const [first] = (await text(batch, 'JSONL', columns)).split('\n');
    expect(JSON.parse(first!)).toEqual({ '=key': '000', '@caption': '=1+1' });
  });

  it('is exported as Parquet with types', async () => {
    const batch = await finished(await ask());
    const results = await resultsOf(batch);
    const labels = [{ key: 'a' }, { key: 'b' }];
    const columns = checkTemplate(
      [
        { name: 'ImageID', value: 'KEY' },
        { name: 'caption', value: 'CAPTION' },
        { name: 'list', value: 'LABELS' },
        { name: 'joined', value: 'LABELS', separator: ' ' },
        { name: 'p', value: 'SCORE', label: 'a' },
        { name: 'is b', value: 'PREDICTED', label: 'b' },
      ],
      labels,
    );
    await line.db.query(
      'update samples set caption = null where version_id = $1 and position = 3',
      [versionId],
    );
    const bytes = Uint8Array.from(await file(batch, 'PARQUET', columns)).buffer;
    const rows = await parquetReadObjects({ file: bytes });
    const samples = await samplesAt(
      line.db,
      versionId,
      results.map(({ position }) => position),
    );
    expect(samples[3]!.caption).toBeNull();
    expect(rows).toEqual(
      results.map(({ scores, labels: predicted }, at) => {
        const keys = predicted.toSorted().map((index) => labels[index]!.key);
        return {
          ImageID: samples[at]!.key,
          caption: samples[at]!.caption,
          list: keys,
          joined: keys.join(' '),
          p: scores[0],
          'is b': predicted.includes(1),
        };
      }),
    );
  });

  it('can be cancelled and deleted, and keeps its dataset from being deleted', async () => {
    line.encoder.delay = 2000;
    const id = await ask();
    const cancel = {
      db: line.db,
      cancelJob: (job: string) => cancelJob({ db: line.db, settlers: line.tasks }, job),
    };
    await expect(deleteBatchPrediction(line, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await cancelBatchPrediction(cancel, id);
    expect((await row(id)).status).toBe('CANCELLED');
    line.encoder.delay = 0;
    const again = await ask();
    expect(again).not.toBe(id);
    const batch = await finished(again);
    const [dataset] = await line.db.query<{ id: string }>(
      'select dataset_id as id from dataset_versions where id = $1',
      [versionId],
    );
    await deleteBatchPrediction(line, id);
    await expect(deleteDataset(line, dataset!.id)).rejects.toThrow(
      /1 batch prediction: delete it first/,
    );
    await cancelBatchPrediction(cancel, again);
    expect((await row(again)).status).toBe('SUCCEEDED');
    expect((await deleteBatchPrediction(line, batch.id)).freedBytes).toBeGreaterThan(0);
    await deleteDataset(line, dataset!.id);
  });

  it('begins again after a lost worker, and gives the same bytes', async () => {
    const first = await finished(await ask());
    await line.db.query(
      `update batch_predictions set status = 'QUEUED', scores_sha256 = null, fingerprint = 'x' where id = $1`,
      [first.id],
    );
    const second = await finished(await ask());
    expect(second.scoresSha256).toBe(first.scoresSha256);
  });

  it.each([
    [{ model: 'nobody/1' }, 'NOT_FOUND'],
    [{ datasetVersionId: 'x' }, 'NOT_FOUND'],
    [{ splits: [] }, 'BAD_USER_INPUT'],
    [{ thresholds: 'none' }, 'NOT_FOUND'],
  ] as const)('refuses %j', async (more, code) => {
    await expect(ask(more)).rejects.toMatchObject({ code });
  });

  it('that finds the disk full at its end leaves nothing there', async () => {
    // The set is there; what cannot be stored is the scores.
    await finished(await ask());
    const adopt = vi.spyOn(line.blobs, 'adopt').mockRejectedValueOnce(diskFull());
    const id = await ask({ splits: ['TEST'] });
    await expect(finished(id)).rejects.toThrow('DISK_FULL');
    expect(await readdir(join(line.directory, 'tmp'))).toEqual([]);
    adopt.mockRestore();
  });

  it('does not begin where it would take the room in which something can be deleted, nor does a run', async () => {
    await finished(await ask());
    const { freeBytes } = line;
    onTestFinished(() => {
      line.freeBytes = freeBytes;
    });
    line.freeBytes = async () => 64 * 2 ** 20;
    await expect(finished(await ask({ splits: ['TEST'] }))).rejects.toThrow('DISK_FULL');
    const { datasetId } = await line.dataset('trained on a full disk');
    const runId = await startRun(line.deps, {
      datasetId,
      encoderId: 'test/fake',
      config: { epochs: 2 },
    });
    const run = () =>
      line.db.query<{ status: string; code: string | null }>(
        'select status, error_code as code from runs where id = $1',
        [runId],
      );
    await until(async () => (await run())[0]!.code !== null, 'the end of the run');
    expect(await run()).toEqual([{ status: 'FAILED', code: 'DISK_FULL' }]);
  });

  it('of a model whose encoder has changed says so', async () => {
    line.encoder.revise('c'.repeat(64));
    await expect(ask()).rejects.toMatchObject({ code: 'ENCODER_REVISION_MISSING' });
    line.encoder.revise('a'.repeat(64));
  });
});

describe('checkTemplate', () => {
  it.each([
    [[], /1 to 200 entries/],
    [[{ name: '', value: 'KEY' }], /columns\[0\]\.name/],
    [[{ name: 's', value: 'SCORE', label: 'nobody' }], /columns\[0\]\.label/],
    [[{ name: 's', value: 'KEY', label: 'a' }], /for SCORE and PREDICTED/],
    [[{ name: 's', value: 'KEY', separator: ' ' }], /for LABELS/],
    [
      [
        { name: 's', value: 'KEY' },
        { name: 's', value: 'SPLIT' },
      ],
      /"s" again/,
    ],
  ] as const)('refuses %j', (columns, message) => {
    expect(() => checkTemplate(columns, [{ key: 'a' }])).toThrow(message);
  });
});
