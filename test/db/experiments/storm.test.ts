import { afterAll, beforeAll, expect, it } from 'vitest';
import { Rng } from '../../../src/ml/data/rng.js';
import {
  cancelExperiment,
  pauseExperiment,
  resumeExperiment,
} from '../../../src/services/control-experiment.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

const SEED = Number(process.env.CLIPWRIGHT_TEST_SEED ?? 1);

let line: ExperimentLine;
beforeAll(async () => {
  console.log(`seed ${SEED}`);
  line = await ExperimentLine.create();
  await line.worker(4);
  await line.worker(4);
});
afterAll(() => line.close());

it('experiments that share runs, started, paused and cancelled at once, all end with every run trained once', async () => {
  const rng = Rng.fromSeed(SEED);
  const { datasetId } = await line.dataset('shared');
  const ids = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      startExperiment(line.deps, line.input(datasetId, { seeds: [i, i + 1, i + 2] })),
    ),
  );
  const deps = { ...line.deps, cancelRun: (run: string) => line.cancelRun(run) };
  const changes = [pauseExperiment, resumeExperiment, cancelExperiment];
  const refused = new Set<string>();
  await Promise.all(
    Array.from({ length: 60 }, async () => {
      const change = changes[rng.below(3)]!;
      const id = ids[rng.below(6)]!;
      // What has ended cannot be paused, what has succeeded not be resumed; anything else is a mistake.
      await change(deps, id).catch((error) => refused.add(error.code ?? String(error)));
    }),
  );
  expect([...refused].filter((code) => code !== 'CONFLICT')).toEqual([]);
  await until(async () => {
    for (const id of ids) {
      const { status } = await line.experiment(id);
      if (['PAUSED', 'CANCELLED', 'FAILED'].includes(status)) {
        await resumeExperiment(deps, id).catch(() => {});
        return false;
      }
      if (status !== 'SUCCEEDED') return false;
    }
    return true;
  }, 'the end of all');

  const made = (await line.runs())
    .filter((run) => run.status === 'SUCCEEDED')
    .map((run) => `${run.head} ${run.fusion} ${run.seed}`);
  expect(made.toSorted()).toEqual([...new Set(made)].toSorted());
  expect(made).toHaveLength(4 * 8);
  for (const id of ids) {
    const events = await line.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect((await line.experiment(id)).numSucceeded).toBe(12);
  }
  const [lost] = await line.db.query<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  expect(lost!.deadlocks).toBe(0);
});
