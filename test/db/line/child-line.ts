// A worker with import and embedding in a process of its own, for tests that kill it. Arguments: the database's URL, the
// data directory, the import root, a file that grows by `i` or `t` for each image or text embedded, milliseconds per batch,
// the number of images after which it embeds no more, and `helps` where it also computes shards of sets whose job is at work.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import { taskRegistry } from '../../../src/jobs/registry.js';
import { embedDatasetTask } from '../../../src/jobs/tasks/embed-dataset.task.js';
import { importDatasetTask } from '../../../src/jobs/tasks/import-dataset.task.js';
import { startWorker } from '../../../src/jobs/worker.js';
import { ImageProcess } from '../../../src/ml/processes/image-process.js';
import { helpEmbedding } from '../../../src/services/help-embedding.js';
import { Uploads } from '../../../src/services/uploads.js';
import { DiskStore } from '../../../src/storage/disk-store.js';
import { FakeEncoder } from './fake-encoder.js';
import { LIMITS } from './limits.js';

const [url, data, importRoot, tally, delay, images, helps] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const db = Database.open(url, { connections: 8 });
const encoder = new FakeEncoder();
encoder.delay = Number(delay);
let embedded = 0;
encoder.onBatch = (count, modality) => {
  appendFileSync(tally, (modality === 'IMAGE' ? 'i' : 't').repeat(count));
  if (modality === 'IMAGE') embedded += count;
  if (embedded >= Number(images)) encoder.delay = 3_600_000;
};
const uploads = await Uploads.open({
  db,
  directory: join(data, 'uploads'),
  maxBytes: LIMITS.limits.bytes,
});
const deps = {
  db,
  blobs: await DiskStore.open(data),
  images: new ImageProcess({ threads: 2 }),
  importRoots: [importRoot],
  ...LIMITS,
  uploadPath: (id: string, argument: string) => uploads.path(id, argument),
  removeUploadFiles: (id: string) => uploads.removeFiles(id),
};
const embedding = { ...deps, encoders: encoder, images: encoder, runner: encoder, plans: encoder };
const tasks = taskRegistry(
  [importDatasetTask(deps), embedDatasetTask(embedding)],
  ['import-dataset', 'embed-dataset'],
);
const quiet = () => {};
await startWorker({
  db,
  hub: EventHub.open(url),
  tasks,
  ...(helps === 'helps' && {
    help: (workerId: string, signal: AbortSignal) => helpEmbedding(embedding, workerId, signal),
  }),
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  beatMs: 200,
  deadlineMs: 1500,
  pollMs: 100,
});
process.on('disconnect', () => process.exit(0));
process.send?.('started');
