// A worker that downloads, in a process of its own, for tests that kill it. Arguments: the database's URL, the hub's, the
// folder of downloaded encoders.
import { Database } from '../../../src/db/database.js';
import { EventHub } from '../../../src/db/event-hub.js';
import { startWorker } from '../../../src/jobs/worker.js';
import { downloadTasks } from './download-tasks.js';

const [url, endpoint, hubRoot] = process.argv.slice(2) as [string, string, string];
const quiet = () => {};
await startWorker({
  db: Database.open(url, { connections: 6 }),
  hub: EventHub.open(url),
  tasks: downloadTasks(endpoint, hubRoot),
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  beatMs: 200,
  deadlineMs: 1500,
  pollMs: 100,
});
process.on('disconnect', () => process.exit(0));
process.send?.('started');
