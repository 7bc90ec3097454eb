import { mkdir } from 'node:fs/promises';
import { encoderRoots, openGround, requireEngine, settlers, VERSION, variantStore } from './app.js';
import { type Config, environmentOf } from './config.js';
import { acquireDataDirectoryLock } from './db/data-directory-lock.js';
import type { Ordinary } from './db/database.js';
import { startEmbeddedPostgres } from './db/embedded/embedded-postgres.js';
import { migrate } from './db/migrate.js';
import { countUsableAdminTokens } from './db/tokens.queries.js';
import { ClipwrightError } from './errors/clipwright-error.js';
import { createServer } from './http/server.js';
import { releaseWorker, startSweeper } from './jobs/sweeper.js';
import type { Logger } from './logger.js';
import { openServices } from './open-services.js';
import { removeDeletedEncoders } from './services/delete-encoder.js';
import { startOrphanSweeper } from './services/orphan-sweeper.js';
import { ownDataDirectory } from './services/own-data-directory.js';
import { removeStaleParts } from './services/remove-stale-parts.js';
import { removeStalePrecisions } from './services/remove-stale-precisions.js';
import { removeStaleThumbnails } from './services/remove-stale-thumbnails.js';
import { ensureAdminToken } from './services/tokens.js';
import { embeddedDirectory } from './work.js';
import { WorkerChild } from './worker-child.js';

export interface RunningServer {
  /** such as http://127.0.0.1:4000 */
  readonly url: string;
  /** a path below the URL that signs a browser in, once */
  signInPath(): string;
  /** Drains: no new requests, workers hand their jobs back, PostgreSQL stops last. */
  stop(): Promise<void>;
}

/** Starts everything, in the order in which one needs the other; what was started is stopped when a later step fails. */
export async function serve(config: Config, logger: Logger): Promise<RunningServer> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) {
      await step().catch((error) => logger.error({ err: error }, 'a step of the shutdown failed'));
    }
  };
  try {
    // The worker beside it would die of this again and again.
    if (config.worker) requireEngine(config);
    const lock = await acquireDataDirectoryLock(config.data);
    undo.push(() => lock.release());
    let url = config.databaseUrl;
    if (url === undefined) {
      const embedded = await startEmbeddedPostgres({
        directory: embeddedDirectory(config),
        logger,
      });
      undo.push(() => embedded.stop());
      url = embedded.url;
    }
    const databaseUrl = url;
    await migrate(databaseUrl, { onApplied: (name) => logger.info({ name }, 'migration applied') });
    const ground = await openGround(config, logger, databaseUrl);
    undo.push(() => ground.close());
    const { db } = ground;
    await ownDataDirectory({ db, directory: config.data });

    await announceToken(config, ground.db, logger);
    const { services, close } = await openServices(ground);
    undo.push(close);
    const sweeper = startSweeper({ db, settlers, logger });
    undo.push(() => sweeper.stop());
    const orphans = startOrphanSweeper({
      db,
      blobs: ground.blobs,
      uploads: ground.uploads,
      removeStalePrecisions: () =>
        removeStalePrecisions({ encoders: ground.encoders, store: variantStore(config) }),
      removeStaleParts: () => removeStaleParts({ db, hubRoot: encoderRoots(config).hub }),
      removeDeletedEncoders: () => removeDeletedEncoders(encoderRoots(config)),
      removeStaleThumbnails: () => removeStaleThumbnails({ db, dataDirectory: config.data }),
      logger,
    });
    undo.push(() => orphans.stop());
    const server = await createServer({
      config,
      logger,
      db,
      eventHub: ground.eventHub,
      services,
      blobs: ground.blobs,
      version: VERSION,
    });
    undo.push(() => server.close());
    if (config.worker) {
      const worker = new WorkerChild({
        environment: environmentOf({ ...config, databaseUrl }),
        logger,
        release: (id) => releaseWorker({ db, settlers, logger }, id),
      });
      undo.push(() => worker.stop());
    }
    await Promise.all(config.importRoots.map((root) => mkdir(root, { recursive: true })));
    const address = await server.listen();
    return { url: address, signInPath: () => server.signInPath(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes and announces the first admin token; refuses to be reached from outside without any. */
async function announceToken(config: Config, db: Ordinary, logger: Logger): Promise<void> {
  if (!config.loopback && config.token === undefined && (await countUsableAdminTokens(db)) === 0) {
    throw new ClipwrightError(
      'INVALID_SETTING',
      `expected \`CLIPWRIGHT_TOKEN\`, or a token made by createToken while listening on 127.0.0.1, because \`HOST\` is \`${config.host}\`, but found neither`,
    );
  }
  const path = await ensureAdminToken({ db, dataDirectory: config.data });
  if (path !== null) logger.info({ path }, 'made the first admin token');
}
