import { appendRunEvent } from '../../../src/db/events.js';
import { endRun, finishRun } from '../../../src/db/run-lifecycle.queries.js';
import type { Services } from '../../../src/resolvers/context.js';
import { advanceExperimentsOfRun } from '../../../src/services/advance-experiments.js';
import {
  cancelExperiment,
  deleteExperiment,
  pauseExperiment,
  resumeExperiment,
  retryExperimentCell,
} from '../../../src/services/control-experiment.js';
import { extendExperiment } from '../../../src/services/extend-experiment.js';
import { planExperiment } from '../../../src/services/plan-experiment.js';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { FakeEncoder } from '../../db/line/fake-encoder.js';
import { type Api, startApi } from './api.js';
import { METRICS, seedDataset } from './seed.js';

export const START = `mutation($input: ExperimentInput!) { startExperiment(input: $input) { id status numRuns } }`;

export interface ExperimentsApi extends Api {
  /** Of four cells at two seeds, but for what a test says instead. */
  experimentInput(more?: object): Record<string, unknown>;
  /** @returns its id */
  startExperiment(more?: object): Promise<string>;
  /** As if the embeddings had been made. */
  embed(id: string): Promise<void>;
  /** Ends every run that is open, as a worker would, until no more come; the first few without success. */
  train(options?: { fail?: number }): Promise<void>;
}

/** A server with the services of experiments over a dataset of photos; nothing embeds or trains but the test. */
export async function startExperimentsApi(services?: Partial<Services>): Promise<ExperimentsApi> {
  const api = await startApi({
    limits: { queryCost: 1_000_000 },
    services: (db) => {
      const deps = { db, encoders: new FakeEncoder(), limits: { trainingBytes: 2 ** 30 } };
      return {
        planExperiment: (input) => planExperiment(deps, input),
        startExperiment: (input) => startExperiment(deps, input),
        extendExperiment: (input) => extendExperiment(deps, input),
        pauseExperiment: (id) => pauseExperiment(deps, id),
        resumeExperiment: (id) => resumeExperiment(deps, id),
        cancelExperiment: (id) => cancelExperiment({ db, cancelRun: async () => {} }, id),
        retryExperimentCell: (id, cell) => retryExperimentCell(deps, id, cell),
        deleteExperiment: (id) => deleteExperiment(deps, id),
        ...services,
      };
    },
  });
  const { datasetId } = await seedDataset(api.db, { name: 'photos', samples: 30 });
  await api.db.query(`update samples set split = 'VALIDATION' where position < 10`);

  const experimentInput: ExperimentsApi['experimentInput'] = (more) => ({
    datasetId,
    encoderId: 'test/fake',
    heads: [{ kind: 'LINEAR' }, { kind: 'MLP', hidden: [4], dropout: 0 }],
    fusions: [{ kind: 'TEXT_ONLY' }],
    losses: [{ kind: 'BCE' }, { kind: 'ASYMMETRIC', gammaNegative: 2 }],
    seeds: [1, 2],
    ...more,
  });
  return {
    ...api,
    experimentInput,
    async startExperiment(more) {
      const { data, errors } = await api.post(START, { input: experimentInput(more) });
      if (errors) throw new Error(JSON.stringify(errors));
      return data.startExperiment.id;
    },
    async embed(id) {
      await api.db.query(`update embedding_sets set artifact_sha256 = sha256('set')`);
      await api.post('mutation($id: ID!) { resumeExperiment(id: $id) { status } }', { id });
    },
    async train({ fail: failures = 0 } = {}) {
      for (;;) {
        const [run] = await api.db.query<{ id: string }>(
          `select id from runs where status = 'QUEUED' order by created_at, id limit 1`,
        );
        if (!run) return;
        await api.db.transaction(async (tx) => {
          if (failures-- > 0) {
            await endRun(tx, run.id, { code: 'TRAINING_DIVERGED', message: 'planted' });
            await appendRunEvent(tx, run.id, { status: 'FAILED' });
          } else {
            await finishRun(tx, run.id, {
              best: METRICS,
              bestPaired: METRICS,
              final: METRICS,
              bestEpoch: 1,
              labelMetrics: {},
              thresholds: [0.5, 0.5],
              headSha256: 'a'.repeat(64),
              scoresSha256: 'b'.repeat(64),
            });
            await appendRunEvent(tx, run.id, { status: 'SUCCEEDED' });
          }
          await advanceExperimentsOfRun(tx, run.id);
        });
      }
    },
  };
}
