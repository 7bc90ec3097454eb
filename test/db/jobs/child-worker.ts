// A worker in a process of its own, for tests that kill it. Arguments: the database's URL, options as JSON.
import { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import { startWorker } from '../../../src/jobs/worker.js';
import { testTasks } from './test-tasks.js';

const [url, options] = process.argv.slice(2);
const db = Database.open(url!, { connections: 5 });
const hub = EventHub.open(url!);
const log = (fields: object, message: string) => process.send?.({ log: message, ...fields });
const logger = { debug: () => {}, info: log, warn: log, error: log };
const worker = await startWorker({
  db,
  hub,
  tasks: testTasks(db),
  logger,
  ...JSON.parse(options!),
});
process.send?.({ started: worker.id });
process.on('SIGTERM', async () => {
  await worker.stop();
  await hub.close();
  await db.close();
  process.disconnect();
});
