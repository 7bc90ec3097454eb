import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Rng } from '../../../src/ml/data/rng.js';
import {
  cancelExperiment,
  pauseExperiment,
  resumeExperiment,
} from '../../../src/services/control-experiment.js';
import { promotableCells } from '../../../src/services/rungs.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { forkChild } from '../../support/fork-child.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

const SEED = Number(process.env.CLIPWRIGHT_TEST_SEED ?? 1);
const SEARCH = {
  kind: 'HALVING',
  cells: 27,
  maxEpochs: 9,
  ranges: [{ option: 'LEARNING_RATE', low: 1e-4, high: 1, scale: 'LOG' }],
} as const;

let line: ExperimentLine;
const children: (() => Promise<void>)[] = [];
beforeAll(async () => {
  console.log(`seed ${SEED}`);
  line = await ExperimentLine.create();
});
afterAll(async () => {
  for (const kill of children) await kill();
  await line.close();
});

async function childWorker(): Promise<() => Promise<void>> {
  const { kill } = await forkChild(join(import.meta.dirname, 'child-worker.ts'), [
    line.test.url,
    line.directory,
  ]);
  children.push(kill);
  return kill;
}

/** Every cell of a search, as the rule that promotes sees it. */
async function rungCells(id: string) {
  return line.db.query<{
    cell: number;
    rung: number;
    from: number | null;
    score: number | null;
    promoted: boolean;
    runs: number;
  }>(
    `select w.cell, w.rung, w.promoted_from as from, r.mean_ap as score,
       exists (select from experiment_runs p where p.experiment_id = $1 and p.promoted_from = w.cell) as promoted,
       (select count(*)::int from runs o where o.manifest = w.manifest and o.status = 'SUCCEEDED') as runs
     from experiment_runs w left join runs r on r.id = w.run_id and r.status = 'SUCCEEDED'
     where w.experiment_id = $1 order by w.cell`,
    [id],
  );
}

it('halvings that share runs, whose workers are killed while they are paused, cancelled and resumed, go up as they should and end', async () => {
  const rng = Rng.fromSeed(SEED);
  const { datasetId } = await line.dataset('shared');
  // The embeddings; the trainings are left to those that are killed.
  await line.worker();
  const embedded = await startExperiment(line.deps, line.input(datasetId, { seeds: [99] }));
  await until(
    async () => (await line.experiment(embedded)).status === 'SUCCEEDED',
    'the embeddings',
  );
  await line.stopWorkers();

  const ids: string[] = [];
  const refused = new Set<string>();
  const deps = { ...line.deps, cancelRun: (run: string) => line.cancelRun(run) };
  const changes = [pauseExperiment, resumeExperiment, cancelExperiment, resumeExperiment];
  const tryTo = (change: (typeof changes)[number], id: string) =>
    change(deps, id).catch((error) => refused.add(error.code ?? String(error)));
  for (const seeds of [[1], [1], [2]]) {
    const input = line.input(datasetId, {
      heads: [{ kind: 'LINEAR' }],
      config: {},
      seeds,
      search: SEARCH,
    });
    ids.push(await startExperiment(line.deps, input));
  }
  for (let round = 0; round < 4; round++) {
    const kill = await childWorker();
    const runs = (await line.runs()).filter(({ status }) => status === 'SUCCEEDED').length;
    await until(async () => {
      const ended = (await line.runs()).filter(({ status }) => status === 'SUCCEEDED').length;
      const states = await Promise.all(ids.map(async (id) => (await line.experiment(id)).status));
      return ended >= runs + 1 + rng.below(12) || !states.includes('RUNNING');
    }, 'some runs');
    await Promise.all([
      kill(),
      ...Array.from({ length: 3 }, () => tryTo(changes[rng.below(4)]!, ids[rng.below(3)]!)),
    ]);
  }
  await childWorker();
  await until(
    async () => {
      const states = await Promise.all(ids.map(async (id) => (await line.experiment(id)).status));
      for (const [i, status] of states.entries()) {
        if (status !== 'RUNNING' && status !== 'SUCCEEDED') await tryTo(resumeExperiment, ids[i]!);
      }
      return states.every((status) => status === 'SUCCEEDED');
    },
    'the end of all',
    60_000,
  );
  expect([...refused].filter((code) => code !== 'CONFLICT')).toEqual([]);

  for (const id of ids) {
    const cells = await rungCells(id);
    const ofRung = (rung: number) => cells.filter((cell) => cell.rung === rung);
    expect(ofRung(0)).toHaveLength(27);
    expect(ofRung(1).length).toBeGreaterThanOrEqual(9);
    expect(ofRung(2).length).toBeGreaterThanOrEqual(3);
    expect(promotableCells(cells, { reduction: 3, minEpochs: 1, maxEpochs: 9 })).toEqual([]);
    const origins = cells.flatMap(({ from }) => from ?? []);
    expect(origins).toHaveLength(new Set(origins).size);
    for (const { rung, from, runs, score } of cells) {
      expect(from === null ? rung : cells[from]!.rung + 1).toBe(rung);
      // Every run was trained once, whoever wanted it.
      expect([runs, score]).toEqual([1, expect.any(Number)]);
    }
    const events = await line.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
  }
}, 120_000);
