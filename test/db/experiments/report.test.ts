import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportRows } from '../../../src/db/experiments.queries.js';
import { pairedBootstrapMap } from '../../../src/ml/metrics/bootstrap.js';
import { Turns } from '../../../src/ml/processes/turns.js';
import { CellComparisons } from '../../../src/services/compare-cells.js';
import { reportExperiment } from '../../../src/services/experiment-report.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
beforeAll(async () => {
  line = await ExperimentLine.create();
  // Fused cells know the answer; the others say the same of every sample.
  line.trainer.quality = ({ config, seed }) =>
    (config.fusion.kind === 'CONCAT' ? 0.8 : 0.4) +
    (config.head.kind === 'MLP' ? 0.1 : 0) +
    seed / 100;
  line.trainer.score = ({ config }, truth) =>
    config.fusion.kind === 'CONCAT' ? (truth ? 0.9 : 0.1) : 0.5;
  await line.worker();
});
afterAll(() => line.close());

it('a report compares the best fused cell with the best other one on the samples that both can use', async () => {
  const { datasetId, versionId } = await line.dataset('photos');
  // Positions 2, 5, 8, … are TEST. Without captions two of them are unusable for a fused cell; without known labels one
  // is unusable for all.
  await line.db.query(
    'update samples set caption = null where version_id = $1 and position in (2, 5)',
    [versionId],
  );
  await line.db.query(
    'update samples set labelled = false where version_id = $1 and position = 8',
    [versionId],
  );
  const id = await startExperiment(line.deps, line.input(datasetId));
  await until(async () => (await line.experiment(id)).status === 'SUCCEEDED', 'the end');

  const rows = await reportRows(line.db, [id]);
  const report = reportExperiment(rows, []);
  expect(report.cells.map((cell) => cell.meanAveragePrecision)).toEqual([
    { mean: expect.closeTo(0.915, 12), deviation: expect.closeTo(Math.SQRT1_2 / 100, 6) },
    { mean: expect.closeTo(0.815, 12), deviation: expect.closeTo(Math.SQRT1_2 / 100, 6) },
    { mean: expect.closeTo(0.515, 12), deviation: expect.closeTo(Math.SQRT1_2 / 100, 6) },
    { mean: expect.closeTo(0.415, 12), deviation: expect.closeTo(Math.SQRT1_2 / 100, 6) },
  ]);
  const { bestFused, bestSingle, numCellsCompared } = report;
  expect(bestFused!.config).toMatchObject({ head: { kind: 'MLP' }, fusion: { kind: 'CONCAT' } });
  expect(bestSingle!.config.fusion.kind).toBe('IMAGE_ONLY');
  expect(numCellsCompared).toBe(4);

  let asked = 0;
  const comparisons = new CellComparisons({
    queue: new Turns(),
    db: line.db,
    blobs: line.blobs,
    pairedBootstrap: async ({ a, b, targets, numLabels, options }) => {
      asked += 1;
      expect([a.length, b.length, numLabels]).toEqual([2, 2, 2]);
      return pairedBootstrapMap(a, b, targets, numLabels, options);
    },
  });
  const scoresOf = (cell: number) =>
    rows.filter((row) => row.cell === cell).map((row) => [row.scoresSha256 as Sha256]);
  const pair = { versionId, a: scoresOf(bestFused!.number), b: scoresOf(bestSingle!.number) };
  const comparison = (await comparisons.compare(pair))!;
  // Of the seven samples each carries one of two labels. Where all scores are equal a label's average precision is its
  // share of the samples, and the shares sum to one: mAP is a half, in the split and in every resample with both labels.
  expect(comparison).toMatchObject({
    mean: 0.5,
    high: expect.closeTo(0.5, 12),
    low: expect.closeTo(0.5, 12),
    level: 0.95,
    resamples: 1000,
    numSamples: 7,
  });
  expect(comparison.pValue).toBeLessThan(0.05);
  expect(await comparisons.compare(pair)).toBe(comparison);
  expect(asked).toBe(1);

  await line.db.query(`update samples set labels = '{}' where version_id = $1`, [versionId]);
  const fresh = new CellComparisons({
    queue: new Turns(),
    db: line.db,
    blobs: line.blobs,
    pairedBootstrap: () => Promise.reject(new Error('there is nothing to compare')),
  });
  expect(await fresh.compare(pair)).toBeNull();
});
