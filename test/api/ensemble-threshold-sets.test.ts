import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertModelVersion } from '../../src/db/registry.queries.js';
import { fitPoint } from '../../src/ml/processes/fit-point.js';
import { encodeScores } from '../../src/ml/train/scores-file.js';
import { createThresholdSet } from '../../src/services/threshold-sets.js';
import { DiskStore } from '../../src/storage/disk-store.js';
import { bestF1 } from '../unit/ml/metrics/brute-force.js';
import { type Api, startApi } from './support/api.js';
import { seedDataset, seedRun, seedSet } from './support/seed.js';

const LABELS = [0, 1];
const SAMPLES = 24;
let api: Api;
let directory: string;

/** Of run `run` for label `label` of the sample at `position`. */
const scoreOf = (run: number, position: number, label: number) =>
  Math.fround(((position * 7 + label * 5 + run * 11) % 23) / 23);
const carries = (position: number, label: number) => Number((position + label) % 4 < 2);

/** The second run has no score of the samples at places 0 and 1. */
function scoresOf(run: number) {
  const split = (of: number) => {
    const positions = Array.from({ length: SAMPLES }, (_, position) => position).filter(
      (position) => position % 2 === of && (run === 0 || position > 1),
    );
    const scores = positions.flatMap((at) => LABELS.map((label) => scoreOf(run, at, label)));
    return { positions: Int32Array.from(positions), scores: Float32Array.from(scores) };
  };
  return Buffer.from(encodeScores({ numLabels: 2, validation: split(0), test: split(1) }));
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-ensemble-sets-'));
  const blobs = await DiskStore.open(directory);
  api = await startApi({
    services: (db) => ({
      createThresholdSet: (input) => createThresholdSet({ db, blobs, fitPoint }, input),
    }),
  });
  const { db } = api;
  const { versionId } = await seedDataset(db, { name: 'photos', samples: SAMPLES });
  await db.query(
    `update samples set labelled = true, split = case when position % 2 = 0 then 'VALIDATION' else 'TEST' end::"Split",
       labels = array(select label from generate_series(0, 1) label where (position + label) % 4 < 2)
     where version_id = $1`,
    [versionId],
  );
  const setId = await seedSet(db, versionId);
  const runIds = [await seedRun(db, { versionId, setId }), await seedRun(db, { versionId, setId })];
  for (const [run, id] of runIds.entries()) {
    const [file] = await blobs.putMany([scoresOf(run)]);
    await db.query(`update runs set scores_sha256 = decode($2, 'hex') where id = $1`, [id, file]);
  }
  const ensemble = { name: 'mean', runIds, manifest: {}, headSha256: 'a'.repeat(64), sizeBytes: 1 };
  await db.transaction((tx) => insertModelVersion(tx, ensemble));
});
afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true, force: true });
});

test('an ensemble has threshold sets, on the mean of its members’ scores of the samples that all have', async () => {
  const { data, errors } = await api.post(
    `mutation($input: CreateThresholdSetInput!) { createThresholdSet(input: $input) {
       thresholds { label { key } threshold } metrics { microF1 } } }`,
    { input: { modelVersion: 'mean/1', name: 'own', kind: 'PER_LABEL' } },
  );
  expect(errors).toBeUndefined();
  const places = (of: number) =>
    Array.from({ length: SAMPLES }, (_, position) => position).filter(
      (position) => position % 2 === of && position > 1,
    );
  const mean = (position: number, label: number) =>
    Math.fround((scoreOf(0, position, label) + scoreOf(1, position, label)) / 2);
  const { thresholds, metrics } = data.createThresholdSet as {
    thresholds: { label: { key: string }; threshold: number }[];
    metrics: { microF1: number };
  };
  expect(thresholds.map(({ label }) => label.key)).toEqual(['3', '16']);
  const counted = (of: number, labels: readonly number[]) => {
    const cells = places(of).flatMap((at) => labels.map((label) => [at, label] as const));
    const isHit = ([at, label]: readonly [number, number]) =>
      mean(at, label) >= thresholds[label]!.threshold;
    const hits = cells.filter((cell) => isHit(cell) && carries(...cell)).length;
    const carried = cells.filter((cell) => carries(...cell)).length;
    return (2 * hits) / (carried + cells.filter(isHit).length);
  };
  for (const label of LABELS) {
    const own = places(0);
    const best = bestF1(
      own.map((at) => mean(at, label)),
      own.map((at) => carries(at, label)),
    );
    expect(counted(0, [label])).toBeCloseTo(best, 12);
  }
  expect(metrics.microF1).toBeCloseTo(counted(1, LABELS), 12);
});
