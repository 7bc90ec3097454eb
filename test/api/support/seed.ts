import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../../../src/db/database.js';
import type { Precision } from '../../../src/db/enums.js';
import { appendRunEvent } from '../../../src/db/events.js';
import { enqueueJob } from '../../../src/jobs/enqueue.js';

export const METRICS = {
  microF1: 0.5,
  macroF1: 0.4,
  samplesF1: 0.6,
  weightedF1: 0.5,
  meanAveragePrecision: 0.7,
  hammingLoss: 0.1,
  subsetAccuracy: 0.3,
  undefinedLabels: [1],
};

const CONFIG = {
  head: { kind: 'MLP', hidden: [512], activation: 'GELU', dropout: 0.2, layerNorm: false },
  fusion: { kind: 'CONCAT' },
  loss: { kind: 'BCE', positiveWeights: false },
  optimizer: { kind: 'ADAMW', learningRate: 0.001, weightDecay: 0.01, schedule: 'CONSTANT' },
  epochs: 30,
  batchSize: 256,
  earlyStopping: { metric: 'MEAN_AVERAGE_PRECISION', patience: 5 },
  thresholds: { kind: 'PER_LABEL' },
  deterministic: false,
};

export const digestOf = (text: string) => createHash('sha256').update(text).digest();

export interface SeededDataset {
  datasetId: string;
  versionId: string;
  jobId: string;
}

/** A dataset of one version, with an import report and samples of which every third is unlabelled. */
export async function seedDataset(
  db: Database,
  options: { name: string; samples?: number; createdAt?: Date },
): Promise<SeededDataset> {
  const [dataset] = await db.query<{ id: string }>(
    'insert into datasets (name, created_at) values ($1, coalesce($2, now())) returning id',
    [options.name, options.createdAt ?? null],
  );
  const datasetId = dataset!.id;
  const jobId = await db.transaction((tx) =>
    enqueueJob(tx, { task: 'import-dataset', payload: {}, datasetId }),
  );
  const count = options.samples ?? 3;
  const versionId = await seedVersion(db, { datasetId, jobId, number: 1, samples: count });
  await db.query(
    `insert into import_reports (job_id, read, imported, rejected_count) values ($1, $2, $3, 2)`,
    [jobId, count + 2, count],
  );
  await db.query(
    `insert into rejected_rows (job_id, line, key, reason)
     values ($1, 3, 'a', 'missing image'), ($1, 7, null, 'broken quoting')`,
    [jobId],
  );
  return { datasetId, versionId, jobId };
}

export async function seedVersion(
  db: Database,
  options: { datasetId: string; jobId: string | null; number: number; samples: number },
): Promise<string> {
  const labels = [
    { key: '3', name: 'cat' },
    { key: '16', name: 'bird' },
  ];
  const [version] = await db.query<{ id: string }>(
    `insert into dataset_versions
       (dataset_id, number, digest, labels, label_stats, sample_count, labelled_count, import_job_id)
     values ($1, $2, $3, $4, '[[2, 1, 0], [0, 0, 1]]', $5, $5, $6) returning id`,
    [
      options.datasetId,
      options.number,
      digestOf(randomUUID()),
      JSON.stringify(labels),
      options.samples,
      options.jobId,
    ],
  );
  const versionId = version!.id;
  await db.query(
    `insert into images (sha256, bytes, format, width, height)
     values ($1, 10, 'png', 32, 24) on conflict do nothing`,
    [digestOf('image')],
  );
  await db.query(
    `insert into samples (version_id, position, key, caption, labels, labelled, split, image_sha256)
     select $1, i, 'k' || lpad(i::text, 5, '0'), 'caption ' || i,
       case when i % 3 = 2 then '{}'::int[] when i % 2 = 0 then '{0,1}'::int[] else '{0}'::int[] end,
       i % 3 <> 2, case when i % 3 = 2 then 'TEST' else 'TRAIN' end::"Split",
       case when i % 2 = 0 then $3::bytea end
     from generate_series(0, $2 - 1) i`,
    [versionId, options.samples, digestOf('image')],
  );
  await db.query('update datasets set latest_version_id = $2 where id = $1', [
    options.datasetId,
    versionId,
  ]);
  return versionId;
}

export interface SpaceSeed {
  encoderId?: string;
  precision?: Precision;
}

/** The embedding set of a version, complete. */
export async function seedSet(
  db: Database,
  versionId: string,
  { encoderId = 'clipwright/clip-mini', precision = 'FP32' }: SpaceSeed = {},
): Promise<string> {
  const [space] = await db.query<{ id: string }>(
    `insert into embedding_spaces (encoder_id, revision, preprocessing, precision, dimension)
     values ($1, 'r', 'p', $2, 512)
     on conflict (encoder_id, revision, preprocessing, precision, tokens) do update set dimension = 512 returning id`,
    [encoderId, precision],
  );
  const jobId = await db.transaction((tx) =>
    enqueueJob(tx, { task: 'embed-dataset', payload: {} }),
  );
  const [set] = await db.query<{ id: string }>(
    `insert into embedding_sets (version_id, space_id, job_id, image_count, text_count, artifact_sha256)
     values ($1, $2, $3, 2, 3, $4) returning id`,
    [versionId, space!.id, jobId, digestOf('set')],
  );
  return set!.id;
}

export interface RunSeed {
  name?: string;
  status?: string;
  tags?: string[];
  meanAp?: number | null;
  createdAt?: Date;
  epochs?: number;
  /** Seconds; null: has not ended. */
  duration?: number | null;
}

export async function seedRun(
  db: Database,
  place: { versionId: string; setId: string },
  seed: RunSeed = {},
): Promise<string> {
  const meanAp = seed.meanAp === undefined ? 0.7 : seed.meanAp;
  const best = meanAp === null ? null : { ...METRICS, meanAveragePrecision: meanAp };
  return db.transaction(async (tx) => {
    const jobId = await enqueueJob(tx, { task: 'train-run', payload: {} });
    const [run] = await tx.query<{ id: string }>(
      `insert into runs (name, status, job_id, version_id, set_id, encoder_id, config, seed, tags, best, final,
         mean_ap, label_metrics, created_at, started_at, finished_at, head_sha256)
       values ($1, $2::"JobStatus", $3, $4, $5, 'clipwright/clip-mini', $6, 1, $7, $8, $8, $9, $10,
         coalesce($11, now()), '2026-01-01T00:00:00Z',
         '2026-01-01T00:00:00Z'::timestamptz + $12::float8 * interval '1 second', $13) returning id`,
      [
        seed.name ?? 'run',
        seed.status ?? 'SUCCEEDED',
        jobId,
        place.versionId,
        place.setId,
        JSON.stringify(CONFIG),
        seed.tags ?? [],
        best && JSON.stringify(best),
        meanAp,
        JSON.stringify({
          TEST: [0, 1].map((label) => ({
            label,
            support: 3,
            threshold: 0.5,
            precision: null,
            recall: 1,
            f1: 0,
            averagePrecision: 0.5,
          })),
        }),
        seed.createdAt ?? null,
        seed.duration ?? null,
        digestOf('head'),
      ],
    );
    const runId = run!.id;
    for (let epoch = 1; epoch <= (seed.epochs ?? 2); epoch++) {
      await tx.query(
        `insert into run_epochs (run_id, epoch, train_loss, validation_loss, validation, learning_rate, seconds)
         values ($1, $2, 0.5, 0.6, $3, 0.001, 1.5)`,
        [runId, epoch, JSON.stringify(METRICS)],
      );
    }
    await appendRunEvent(tx, runId, { message: 'queued' });
    return runId;
  });
}

/** A model whose versions are of one run, with one alias. */
export async function seedModel(
  db: Database,
  options: { name: string; runId: string; versions?: number },
): Promise<string> {
  const [model] = await db.query<{ id: string }>(
    'insert into models (name, last_number) values ($1, $2) returning id',
    [options.name, options.versions ?? 2],
  );
  await db.query(
    `insert into model_versions (model_id, number, run_id, manifest, sha256, size_bytes)
     select $1, n, $2, '{"thresholds": [0.25, 0.75]}', $3, 100 from generate_series(1, $4::int) n`,
    [model!.id, options.runId, digestOf('head'), options.versions ?? 2],
  );
  await db.query(
    `insert into aliases (model_id, name, version_id)
     select $1, 'best', id from model_versions where model_id = $1 and number = 1`,
    [model!.id],
  );
  return model!.id;
}
