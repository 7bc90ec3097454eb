// Vitest's global set-up: one PostgreSQL for all test files, with a migrated template database.
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.js';
import { stopLeftover } from '../../src/db/embedded/leftover.js';
import { migrate } from '../../src/db/migrate.js';
import { placeOf } from './leftover-place.js';

const silent = { info() {}, warn() {}, error() {} };
const PREFIX = 'clipwright-test-';

interface Server {
  templateUrl: string;
  users: number;
  stop(): Promise<void>;
}

// Vitest loads this file once for each project, all in one process: they share one server.
const shared = globalThis as { clipwrightTestServer?: Promise<Server> };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.clipwrightTestServer ??= startServer();
  const server = await shared.clipwrightTestServer;
  server.users += 1;
  project.provide('templateUrl', server.templateUrl);
  return async () => {
    server.users -= 1;
    if (server.users > 0) return;
    shared.clipwrightTestServer = undefined;
    await server.stop();
  };
}

async function startServer(): Promise<Server> {
  const external = process.env.DATABASE_URL;
  if (external) return { ...(await makeTemplate(external)), users: 0 };
  await removeLeftovers();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // As root, PostgreSQL runs as another user, who has to get in.
  await chmod(directory, 0o711);
  const server = await startEmbeddedPostgres({
    directory: join(directory, 'postgres'),
    logger: silent,
    durable: false,
  });
  const { templateUrl } = await makeTemplate(server.url);
  return {
    templateUrl,
    users: 0,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(
  server: string,
): Promise<{ templateUrl: string; stop(): Promise<void> }> {
  const name = `clipwright_template_${process.pid}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`drop database if exists ${name} with (force)`);
  await run(`create database ${name} template template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return {
    templateUrl: url.href,
    stop: () => run(`drop database if exists ${name} with (force)`),
  };
}

/** Of test runs that were killed: their PostgreSQL still runs, as it outlives its server. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const directory = join(tmpdir(), name);
    await stopLeftover(placeOf(join(directory, 'postgres')));
    await rm(directory, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
