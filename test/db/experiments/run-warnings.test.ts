import { afterAll, beforeAll, expect, it } from 'vitest';
import { startExperiment } from '../../../src/services/start-experiment.js';
import { until } from '../jobs/until.js';
import { ExperimentLine } from './experiment-line.js';

let line: ExperimentLine;
beforeAll(async () => {
  line = await ExperimentLine.create((payload, options) => {
    options.onEvent({ kind: 'warning', message: 'the GPU failed', cause: 'in /opt/driver.so' });
    return line.trainer.train(payload, options);
  });
  await line.worker();
});
afterAll(() => line.close());

it('a training’s warning is an event of its run, and its cause goes to whoever keeps the log, not to clients', async () => {
  const { datasetId } = await line.dataset('photos');
  const id = await startExperiment(line.deps, line.input(datasetId));
  await until(
    async () => (await line.experiment(id)).status === 'SUCCEEDED',
    'the end of the experiment',
    30_000,
  );
  const events = await line.db.query<{ runId: string; message: string | null }>(
    'select run_id as "runId", message from run_events order by run_id, seq',
  );
  const warned = events.filter(({ message }) => message === 'the GPU failed');
  expect(warned.length).toBeGreaterThan(0);
  expect(new Set(warned.map(({ runId }) => runId))).toEqual(
    new Set(line.warnings.map(({ runId }) => runId)),
  );
  expect(line.warnings[0]!.cause).toBe('in /opt/driver.so');
  expect(JSON.stringify(events)).not.toContain('driver');
});
