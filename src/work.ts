import path from 'node:path';
import { openGround, requireEngine } from './app.js';
import type { Config } from './config.js';
import { embeddedPostgresUrl } from './db/embedded/embedded-postgres.js';
import { MIGRATIONS, migrate, readMigrations } from './db/migrate.js';
import { watchSchema } from './db/watch-schema.js';
import { ClipwrightError } from './errors/clipwright-error.js';
import { startWorker } from './jobs/worker.js';
import type { Logger } from './logger.js';
import { openTasks } from './open-tasks.js';
import { ownDataDirectory } from './services/own-data-directory.js';

/** Where the embedded PostgreSQL keeps its files. */
export function embeddedDirectory(config: Config): string {
  return path.join(config.data, 'postgres');
}

const CLEANING_MS = 30_000;

/**
 * Takes jobs until it is told to stop. It needs the database and the data directory of a server, on this machine or shared.
 * @param id given by a parent that wants to know its child's
 * @param onTooNew called once where a newer version migrates the database: whoever started the worker stops it then
 * @throws UNAVAILABLE where there is no DATABASE_URL and no server has made a database in the data directory
 * @throws NOT_INSTALLED where the engine's package is missing
 */
export async function work(
  config: Config,
  logger: Logger,
  id: string | undefined,
  onTooNew: (error: ClipwrightError) => void,
): Promise<{ stop(): Promise<void> }> {
  requireEngine(config);
  const url = config.databaseUrl ?? (await embeddedPostgresUrl(embeddedDirectory(config)));
  if (url === undefined) {
    throw new ClipwrightError(
      'UNAVAILABLE',
      `There is no database in ${config.data}: start the server first (npm start), or set DATABASE_URL.`,
    );
  }
  const known = await readMigrations(MIGRATIONS);
  await migrate(url);
  const ground = await openGround(config, logger, url);
  await ownDataDirectory({ db: ground.db, directory: config.data });
  const { tasks, help, close, removeStaleCheckpoints } = await openTasks(ground);
  const cleaning = every(CLEANING_MS, () =>
    removeStaleCheckpoints().catch((error) =>
      logger.warn({ err: error }, 'stale checkpoints could not be removed'),
    ),
  );
  const worker = await startWorker({
    db: ground.db,
    hub: ground.eventHub,
    tasks,
    help,
    logger,
    lanes: [
      { tasks: ['import-dataset', 'embed-dataset', 'predict-dataset'], concurrency: 2 },
      // They wait for network and disk: nothing has to wait for them.
      { tasks: ['download-encoder', 'add-encoder'], concurrency: 2 },
      // One training takes all threads; two at once would each take longer.
      { tasks: ['train-run'], concurrency: 1 },
    ],
    ...(id !== undefined && { id }),
  });
  const watching = watchSchema(ground.db, known, onTooNew);
  return {
    async stop() {
      watching.stop();
      clearInterval(cleaning);
      await worker.stop();
      await close();
      await ground.close();
    },
  };
}

/** Now and then again, until cleared. */
function every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
  void work();
  return setInterval(work, ms);
}
