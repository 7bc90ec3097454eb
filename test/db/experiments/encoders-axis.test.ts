import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportRows } from '../../../src/db/experiments.queries.js';
import { cancelJob } from '../../../src/services/cancel-job.js';
import { bestRuns, reportExperiment } from '../../../src/services/experiment-report.js';
import { extendExperiment } from '../../../src/services/extend-experiment.js';
import { planExperiment } from '../../../src/services/plan-experiment.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

const BOTH = [{ encoderId: 'test/fake' }, { encoderId: 'test/other' }];

let line: ExperimentLine;
let datasetId: string;
let number = 0;

beforeAll(async () => {
  line = await ExperimentLine.create();
});
beforeEach(async () => {
  await line.db.query('delete from experiments');
  await line.db.query('delete from runs');
  ({ datasetId } = await line.dataset(`photos ${number++}`));
});
afterEach(() => line.stopWorkers());
afterAll(() => line.close());

const input = (more = {}) => ({ ...line.input(datasetId), encoderId: null, ...more });
const start = (more = {}) => startExperiment(line.deps, input({ encoders: BOTH, ...more }));
const reached = (id: string, wanted: string) =>
  until(async () => (await line.experiment(id)).status === wanted, wanted);

/** What encoder every run was trained on, by its place among the wanted ones. */
async function encodersOfRuns(id: string): Promise<string[]> {
  const rows = await line.db.query<{ encoderId: string; same: boolean }>(
    `select p.encoder_id as "encoderId", r.encoder_id = p.encoder_id and r.set_id = x.set_id as same
     from experiment_runs w join runs r on r.id = w.run_id
       join experiment_sets x on x.experiment_id = w.experiment_id and x.place = w.encoder
       join embedding_sets s on s.id = x.set_id join embedding_spaces p on p.id = s.space_id
     where w.experiment_id = $1 order by w.position`,
    [id],
  );
  expect(rows.every(({ same }) => same)).toBe(true);
  return rows.map(({ encoderId }) => encoderId);
}

describe('an axis of encoders', () => {
  it('embeds with each, then trains every cell on each, and compares them', async () => {
    const planned = await planExperiment(line.deps, input({ encoders: BOTH }));
    expect(planned).toMatchObject({ numCells: 8, numRuns: 16, numDone: 0 });
    const id = await start();
    await line.worker();
    await reached(id, 'SUCCEEDED');
    expect(await line.experiment(id)).toMatchObject({ numCells: 8, numRuns: 16, numSucceeded: 16 });
    const [fake, other] = ['test/fake', 'test/other'].map((each) => Array(4).fill(each));
    expect(await encodersOfRuns(id)).toEqual([fake, other, fake, other].flat());
    const report = reportExperiment(await reportRows(line.db, [id]), []);
    const { setIds } = await line.experiment(id);
    // Members of an ensemble see the same features.
    const best = bestRuns(await reportRows(line.db, [id]), 16);
    expect(best).toHaveLength(8);
    const sets = await line.db.query('select distinct set_id from runs where id = any($1)', [best]);
    expect(sets).toHaveLength(1);
    expect(setIds).toHaveLength(2);
    const byEncoder = report.effects.filter(({ axis }) => axis === 'encoders');
    expect(byEncoder.map(({ value }) => value).sort()).toEqual(setIds.toSorted());
    expect(byEncoder.map(({ numCells }) => numCells)).toEqual([4, 4]);
    expect(report.numCellsCompared).toBe(8);
    expect(await planExperiment(line.deps, input({ encoders: BOTH }))).toMatchObject({
      numDone: 16,
    });
  });

  it('trains nothing before all have embedded, and fails with the first that does not', async () => {
    const id = await start();
    const jobs = await line.db.query<{ id: string }>(
      `select j.id from jobs j join embedding_sets s on s.job_id = j.id
         join experiment_sets x on x.set_id = s.id where x.experiment_id = $1 order by x.place`,
      [id],
    );
    expect(jobs).toHaveLength(2);
    await cancelJob({ db: line.db, settlers: line.tasks }, jobs[1]!.id);
    await line.worker();
    await until(
      async () =>
        (
          await line.db.query('select from jobs where id = $1 and status = $2', [
            jobs[0]!.id,
            'SUCCEEDED',
          ])
        ).length === 1,
      'the first embedding',
    );
    expect(await line.experiment(id)).toMatchObject({ status: 'FAILED', numSucceeded: 0 });
    expect(await line.runs()).toEqual([]);
  });

  it('is extended by an encoder: cells keep their numbers, and what is new is run', async () => {
    const id = await startExperiment(line.deps, input({ encoderId: 'test/fake' }));
    await line.worker();
    await reached(id, 'SUCCEEDED');
    await extendExperiment(line.deps, { id, encoders: [{ encoderId: 'test/other' }] });
    await reached(id, 'SUCCEEDED');
    expect(await line.experiment(id)).toMatchObject({ numCells: 8, numRuns: 16, numSucceeded: 16 });
    const [fake, other] = ['test/fake', 'test/other'].map((each) => Array(8).fill(each));
    expect(await encodersOfRuns(id)).toEqual([...fake!, ...other!]);
    await expect(extendExperiment(line.deps, { id, encoders: BOTH.slice(1) })).rejects.toThrow(
      'test/other in FP32 twice',
    );
  });

  it('is drawn from by a search, as the same ones for the same seed', async () => {
    const search = { kind: 'RANDOM', cells: 6, seed: 5 };
    const id = await start({ search, seeds: [1] });
    await line.worker();
    await reached(id, 'SUCCEEDED');
    const drawn = await encodersOfRuns(id);
    expect(new Set(drawn)).toEqual(new Set(['test/fake', 'test/other']));
    const again = await start({ search, seeds: [1] });
    await reached(again, 'SUCCEEDED');
    expect(await encodersOfRuns(again)).toEqual(drawn);
    expect(await line.experiment(again)).toMatchObject({ numReused: 6 });
  });

  it('goes up with its cell in successive halving', async () => {
    const search = { kind: 'HALVING', cells: 4, reduction: 2, minEpochs: 1, maxEpochs: 2, seed: 1 };
    const id = await start({ search, seeds: [1], config: {} });
    await line.worker();
    await reached(id, 'SUCCEEDED');
    const promoted = await line.db.query<{ same: boolean }>(
      `select p.encoder = w.encoder as same from experiment_runs w join experiment_runs p
         on p.experiment_id = w.experiment_id and p.cell = w.promoted_from where w.experiment_id = $1`,
      [id],
    );
    expect(promoted.length).toBeGreaterThanOrEqual(2);
    expect(promoted.every(({ same }) => same)).toBe(true);
    await encodersOfRuns(id);
  });

  it.each([
    [{ encoders: [] }, '1 to 16 `encoders` but received 0'],
    [{ encoders: [...BOTH, BOTH[0]!] }, 'test/fake in FP32 twice'],
    [{ encoders: null }, 'one of `encoderId` and `encoders` but received neither'],
    [{ encoderId: 'test/fake' }, 'but received both'],
    [{ precision: 'INT8' }, '`precision` in each of `encoders`'],
    [{ encoders: [{ encoderId: 'test/none' }] }, 'test/none'],
    [{ seeds: Array.from({ length: 200 }, (_, i) => i) }, '2 encoders × 2 heads × 2 fusions'],
  ])('is refused as %j', async (more, message) => {
    await expect(start(more)).rejects.toThrow(message);
    expect(await line.db.query('select from experiments')).toEqual([]);
  });
});
