// A worker with fake trainings in a process of its own, for tests that kill it. Arguments: the database's URL, the data
// directory. A training says `<run's config and seed>` when it begins, and reaches what its seed and its options make of it.
import { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import { taskRegistry } from '../../../src/jobs/registry.js';
import { trainRunTask } from '../../../src/jobs/tasks/train-run.task.js';
import { startWorker } from '../../../src/jobs/worker.js';
import { DiskStore } from '../../../src/storage/disk-store.js';
import { FakeTrainer } from './fake-trainer.js';
import { qualityOf } from './quality.js';

const [url, data] = process.argv.slice(2) as [string, string];
const db = Database.open(url, { connections: 8 });
const trainer = new FakeTrainer();
trainer.quality = qualityOf;
const tasks = taskRegistry(
  [
    trainRunTask({
      db,
      blobs: await DiskStore.open(data),
      engine: 'onnxruntime',
      device: 'cpu',
      threads: 1,
      limits: { trainingBytes: 2 ** 30 },
      onWarning: () => {},
      checkpoints: data,
      embedLabels: () => Promise.reject(new Error('no head here needs the labels’ texts')),
      train: (payload, options) => trainer.train(payload, options),
    }),
  ],
  ['train-run'],
);
const quiet = () => {};
await startWorker({
  db,
  hub: EventHub.open(url),
  tasks,
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  concurrency: 3,
  beatMs: 200,
  deadlineMs: 1500,
  pollMs: 50,
});
process.on('disconnect', () => process.exit(0));
process.send?.('started');
