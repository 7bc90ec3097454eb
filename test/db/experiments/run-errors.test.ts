import { afterAll, beforeAll, expect, it } from 'vitest';
import { StatisticsProcess } from '../../../src/ml/processes/statistics-process.js';
import { WorstRunErrors } from '../../../src/services/run-errors.js';
import { startRun } from '../../../src/services/start-run.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
const statistics = new StatisticsProcess();
beforeAll(async () => {
  line = await ExperimentLine.create();
  // Odd positions carry the second label. Position 5 is taken for the other, and 11 hardly.
  line.trainer.score = (_, truth, position) =>
    position === 5 ? (truth ? 0.125 : 0.875) : position === 11 && truth ? 0.375 : truth ? 1 : 0;
  await line.worker();
});
afterAll(() => Promise.all([line.close(), statistics.close()]));

it('errors of a run are found where its scores lie, by their place in the version', async () => {
  const { datasetId } = await line.dataset('photos');
  const id = await startRun(line.deps, {
    datasetId,
    encoderId: 'test/fake',
    config: { fusion: { kind: 'CONCAT' }, epochs: 2 },
  });
  let asked = 0;
  const errors = new WorstRunErrors({
    db: line.db,
    blobs: line.blobs,
    findErrors: (payload) => {
      asked += 1;
      return statistics.findErrors(payload);
    },
  });
  const all = { split: 'TEST', label: null, kind: null } as const;
  await until(async () => (await errors.get(id, all)) !== null, 'the end of the run');
  const wrong = { threshold: 0.5, position: 5 };
  const loss = expect.closeTo(Math.log(8), 12);
  expect(await errors.get(id, all)).toEqual({
    total: 3,
    errors: [
      { ...wrong, label: 0, kind: 'FALSE_POSITIVE', score: 0.875, loss },
      { ...wrong, label: 1, kind: 'FALSE_NEGATIVE', score: 0.125, loss },
      {
        ...{ threshold: 0.5, position: 11, label: 1, kind: 'FALSE_NEGATIVE', score: 0.375 },
        loss: expect.closeTo(Math.log(8 / 3), 12),
      },
    ],
    positions: Int32Array.of(5, 11),
  });
  expect(asked).toBe(1);
  expect(await errors.get(id, { ...all, label: 0 })).toMatchObject({ total: 1 });
  expect(await errors.get(id, { ...all, kind: 'FALSE_NEGATIVE' })).toMatchObject({ total: 2 });
  expect(await errors.get(id, { ...all, split: 'VALIDATION' })).toEqual({
    total: 0,
    errors: [],
    positions: new Int32Array(),
  });
});
