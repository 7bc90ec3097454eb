import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import { locateBinaries } from './binaries.js';
import { DATABASE_ROLE, databasePassword, initialise, SERVER_ENVIRONMENT } from './initialise.js';
import { endPostmaster, stopLeftover } from './leftover.js';
import { type Place, preparePlace } from './place.js';
import { serverSettings } from './settings.js';
import { databaseUser, type SystemUser } from './system-user.js';

/** What the embedded server says; pino's loggers fit. */
export interface EmbeddedLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** Of the postmaster; changes with a restart, undefined while there is none. */
  pid(): number | undefined;
  /** Calls back after PostgreSQL died and accepts connections again. */
  onRestart(listener: () => void): void;
  /** Fast shutdown: rolls back what is under way, writes a checkpoint; resolves when the process is gone. */
  stop(): Promise<void>;
}

// A killed postmaster's backends may hold its shared memory for a moment; PostgreSQL then refuses to start.
const SHARED_MEMORY_WAIT = 15_000;
const START_WAIT = 120_000; // recovery from WAL included
const LONGEST_PAUSE = 5_000;
const LOG_BYTES = 4 * 1024 * 1024;

/**
 * Starts the private PostgreSQL of `directory`, making it on the first start. The caller holds the data directory's
 * lock: a PostgreSQL that still runs there was left behind by a killed server, and is stopped first.
 *
 * @param options.durable false: no syncing, for databases that live no longer than a test
 */
export async function startEmbeddedPostgres(options: {
  directory: string;
  logger: EmbeddedLogger;
  durable?: boolean;
}): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new ClipwrightError(
      'EMBEDDED_DATABASE_FAILED',
      'the built-in PostgreSQL needs Unix sockets: on Windows set DATABASE_URL to a PostgreSQL server, 15 or newer',
    );
  }
  const { directory, logger, durable = true } = options;
  const user = await databaseUser();
  const place = await preparePlace(directory, await locateBinaries(), user);
  const leftover = await stopLeftover(place);
  if (leftover)
    logger.warn({ postgresPid: leftover }, 'stopped a PostgreSQL that a killed server left');
  const password = await databasePassword(directory);
  const made = await initialise(place, user, { password, durable });
  const where = { home: place.home, socket: place.socketDirectory, user: user?.name };
  if (made) logger.info(where, 'made a new database');
  const url = connectionUrl(place, password);
  const server = new Supervisor(place, user, durable, url, logger);
  await server.start();
  await writeFile(join(directory, 'url'), url, { mode: 0o600 });
  logger.info({ ...where, postgresPid: server.pid() }, 'PostgreSQL accepts connections');
  return server;
}

/** The URL of the embedded server of `directory`, for another process on the same machine; undefined where none was. */
export async function embeddedPostgresUrl(directory: string): Promise<string | undefined> {
  return readFile(join(directory, 'url'), 'utf8').catch(() => undefined);
}

function connectionUrl(place: Place, password: string): string {
  const host = encodeURIComponent(place.socketDirectory);
  return `postgresql://${DATABASE_ROLE}:${password}@localhost/postgres?host=${host}`;
}

/**
 * One postmaster and its successors.
 *
 *   starting → serving → (died → restarting → serving)* → stopping → stopped
 *
 * The postmaster is a session of its own: it outlives this process, so that neither Ctrl-C nor a crash here takes it
 * away from under a transaction.
 */
class Supervisor implements EmbeddedPostgres {
  private child: ChildProcess | undefined;
  private readonly listeners: (() => void)[] = [];
  private readonly stopping = new AbortController();
  private restarting: Promise<void> = Promise.resolve();

  constructor(
    private readonly place: Place,
    private readonly user: SystemUser | undefined,
    private readonly durable: boolean,
    readonly url: string,
    private readonly logger: EmbeddedLogger,
  ) {}

  pid(): number | undefined {
    return this.child?.pid;
  }

  onRestart(listener: () => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    const giveUp = Date.now() + SHARED_MEMORY_WAIT;
    for (;;) {
      const child = await this.spawn();
      if (await this.accepts(child)) {
        this.child = child;
        child.once('exit', (code, signal) => this.died(code, signal));
        // It may have died between the answer and the listener.
        if (child.exitCode !== null || child.signalCode)
          this.died(child.exitCode, child.signalCode);
        return;
      }
      const reason = await this.lastWords();
      if (!reason.includes('shared memory') || Date.now() > giveUp) {
        throw new ClipwrightError(
          'EMBEDDED_DATABASE_FAILED',
          `PostgreSQL does not start in ${this.place.home}: ${reason}`,
        );
      }
      await sleep(200);
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    const pid = this.child?.pid;
    this.child = undefined;
    if (pid !== undefined) await endPostmaster({ pid, data: this.place.data });
  }

  private died(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.stopping.signal.aborted || !this.child) return;
    this.logger.error(
      { postgresPid: this.child.pid, code, signal },
      'PostgreSQL died; starting it again',
    );
    this.child = undefined;
    this.restarting = this.restart();
  }

  private async restart(): Promise<void> {
    for (
      let pause = 100;
      !this.stopping.signal.aborted;
      pause = Math.min(2 * pause, LONGEST_PAUSE)
    ) {
      try {
        await stopLeftover(this.place);
        await this.start();
        this.logger.warn({ postgresPid: this.pid() }, 'PostgreSQL accepts connections again');
        for (const listener of this.listeners) listener();
        return;
      } catch (error) {
        this.logger.error({ err: error, pause }, 'PostgreSQL does not start; trying again');
        await sleep(pause, undefined, { signal: this.stopping.signal }).catch(() => {});
      }
    }
  }

  private async spawn(): Promise<ChildProcess> {
    const { place, user, durable } = this;
    const log = await this.openLog();
    try {
      const settings = serverSettings({ ...place, durable });
      const child = spawn(
        join(place.binaries.root, 'bin/postgres'),
        ['-D', place.data, ...settings],
        {
          cwd: place.home,
          env: SERVER_ENVIRONMENT,
          detached: true,
          stdio: ['ignore', log.fd, log.fd],
          ...(user && { uid: user.uid, gid: user.gid }),
        },
      );
      // Without a listener a failed spawn would end this process; the lack of an answer reports it.
      child.on('error', (error) => this.logger.error({ err: error }, 'PostgreSQL cannot be run'));
      child.unref();
      return child;
    } finally {
      await log.close();
    }
  }

  /** Waits until the server answers; false: it ended before. */
  private async accepts(child: ChildProcess): Promise<boolean> {
    const deadline = Date.now() + START_WAIT;
    while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const client = new pg.Client({ connectionString: this.url });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.end();
        return true;
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (code === '28P01') {
          await endPostmaster({ pid: child.pid, data: this.place.data });
          throw new ClipwrightError(
            'EMBEDDED_DATABASE_FAILED',
            `the password beside ${this.place.home} is not the one that the database there was made with`,
          );
        }
        if (Date.now() > deadline || this.stopping.signal.aborted) {
          await endPostmaster({ pid: child.pid, data: this.place.data });
          return false;
        }
        await sleep(25);
      }
    }
    return false;
  }

  private get logPath(): string {
    return join(this.place.home, 'postgres.log');
  }

  private async openLog() {
    const size = await stat(this.logPath).then(
      (found) => found.size,
      () => 0,
    );
    if (size > LOG_BYTES) await rename(this.logPath, `${this.logPath}.old`);
    return open(this.logPath, 'a', 0o600);
  }

  private async lastWords(): Promise<string> {
    const log = await readFile(this.logPath, 'utf8').catch(() => '');
    const lines = log.trim().split('\n').slice(-4);
    return lines.map((line) => line.replace(/^.*? \[\d+\] /, '')).join(' · ') || 'it said nothing';
  }
}
