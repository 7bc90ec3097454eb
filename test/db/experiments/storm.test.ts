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
  const ids: string[] = [];
  const refused = new Set<string>();
  const deps = { ...line.deps, cancelRun: (run: string) => line.cancelRun(run) };
  const start = async (seed: number) => {
    const input = line.input(datasetId, { seeds: [seed, seed + 1, seed + 2] });
    ids.push(await startExperiment(line.deps, input));
  };
  const changes = [pauseExperiment, resumeExperiment, cancelExperiment, resumeExperiment];
  // What has ended cannot be paused, what has succeeded not be resumed; anything else is a mistake.
  const tryTo = (change: (typeof changes)[number], id: string) =>
    change(deps, id).catch((error) => refused.add(error.code ?? String(error)));

  await start(0);
  await until(async () => (await line.experiment(ids[0]!)).numSucceeded > 0, 'the first run');
  for (let i = 1; i <= 9; i++) {
    const more = Array.from({ length: 12 }, () =>
      tryTo(changes[rng.below(4)]!, ids[rng.below(ids.length)]!),
    );
    await Promise.all([start(3 * i), start(3 * i - 1), ...more]);
  }
  await until(async () => {
    const states = await Promise.all(ids.map(async (id) => (await line.experiment(id)).status));
    for (const [i, status] of states.entries()) {
      if (['PAUSED', 'CANCELLED', 'FAILED'].includes(status)) {
        await tryTo(resumeExperiment, ids[i]!);
      }
    }
    return states.every((status) => status === 'SUCCEEDED');
  }, 'the end of all');
  expect([...refused].filter((code) => code !== 'CONFLICT')).toEqual([]);

  const made = (await line.runs())
    .filter((run) => run.status === 'SUCCEEDED')
    .map((run) => `${run.head} ${run.fusion} ${run.seed}`);
  expect(made.toSorted()).toEqual([...new Set(made)].toSorted());
  expect(made).toHaveLength(4 * 30);
  for (const id of ids) {
    const events = await line.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect((await line.experiment(id)).numSucceeded).toBe(12);
  }
}, 60_000);
