import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportRows } from '../../../src/db/experiments.queries.js';
import { StatisticsProcess } from '../../../src/ml/processes/statistics-process.js';
import { TrainProcess } from '../../../src/ml/processes/train-process.js';
import { CellComparisons } from '../../../src/services/compare-cells.js';
import { reportExperiment } from '../../../src/services/experiment-report.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import type { Sha256 } from '../../../src/storage/blob-store.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

const trainer = new TrainProcess();
const statistics = new StatisticsProcess();
let line: ExperimentLine;
beforeAll(async () => {
  line = await ExperimentLine.create((payload, options) => trainer.train(payload, options));
  await line.worker();
});
afterAll(async () => {
  await line.close();
  await Promise.all([trainer.close(), statistics.close()]);
});

it('an experiment that is really trained reports what its runs measured', async () => {
  const { datasetId, versionId } = await line.dataset('photos');
  const id = await startExperiment(line.deps, line.input(datasetId));
  await until(
    async () => (await line.experiment(id)).status === 'SUCCEEDED',
    'the end of the experiment',
    60_000,
  );
  const measured = await line.db.query<{ cell: number; validation: number; test: number }>(
    `select w.cell, avg((r.best ->> 'meanAveragePrecision')::float8) as validation,
       avg((r.final ->> 'meanAveragePrecision')::float8) as test
     from experiment_runs w join runs r on r.id = w.run_id where w.experiment_id = $1
     group by w.cell order by validation desc, cell`,
    [id],
  );
  const rows = await reportRows(line.db, [id]);
  const report = reportExperiment(rows, []);
  expect(report.cells.map((cell) => [cell.number, cell.meanAveragePrecision?.mean])).toEqual(
    measured.map(({ cell, validation }) => [cell, expect.closeTo(validation, 10)]),
  );

  // Every sample has a photo and a caption, so both cells were measured on the same ones.
  const { bestFused, bestSingle } = report;
  const scoresOf = (cell: number) =>
    rows.filter((row) => row.cell === cell).map((row) => row.scoresSha256 as Sha256);
  const comparisons = new CellComparisons({
    db: line.db,
    blobs: line.blobs,
    pairedBootstrap: (payload) => statistics.pairedBootstrap(payload),
  });
  const comparison = (await comparisons.compare({
    versionId,
    a: scoresOf(bestFused!.number),
    b: scoresOf(bestSingle!.number),
  }))!;
  const on = (cell: number) => measured.find((each) => each.cell === cell)!.test;
  expect(comparison.numSamples).toBe(10);
  expect(comparison.mean).toBeCloseTo(on(bestFused!.number) - on(bestSingle!.number), 6);
  expect(comparison.low).toBeLessThan(comparison.high);
  expect(comparison.low).toBeLessThanOrEqual(comparison.mean);
  expect(comparison.high).toBeGreaterThanOrEqual(comparison.mean);
}, 90_000);
