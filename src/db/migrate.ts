import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runMigrations, Logger as WorkerLogger } from 'graphile-worker';
import pg from 'pg';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Sql } from './sql.js';

/** Where the committed SQL lies, seen from src/db and from dist/db alike. */
export const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url));

/** The key that Prisma's own tools lock while they migrate, so that the two never migrate at once. */
const PRISMA_LOCK = 72_707_369;

const OLDEST_POSTGRES = 150_000;

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hexadecimal: the format of Prisma's table. */
  readonly checksum: string;
}

const APPLIED = `
  select migration_name, checksum, finished_at from _prisma_migrations
  where rolled_back_at is null order by migration_name collate "C"`;

interface AppliedMigration {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Brings a database to the newest schema: ours, then graphile-worker's. Runs once however many processes start
 * together, as they take turns under an advisory lock. Each migration and its row in Prisma's table commit together, so
 * a process killed half-way leaves the database before that migration or after it.
 *
 * @returns the names of the migrations that this call applied
 */
export async function migrate(
  url: string,
  options: { migrations?: string; onApplied?: (name: string) => void } = {},
): Promise<string[]> {
  const migrations = await readMigrations(options.migrations ?? MIGRATIONS);
  const client = new pg.Client({ connectionString: url, application_name: 'clipwright migrate' });
  // A connection that dies fails the query under way; the event besides it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await requireVersion(client);
    // Held until the connection ends, which the server notices by itself when this process dies.
    await client.query('select pg_advisory_lock($1)', [PRISMA_LOCK]);
    const applied = await appliedMigrations(client);
    const pending = pendingMigrations(migrations, applied);
    for (const migration of pending) {
      await apply(client, migration);
      options.onApplied?.(migration.name);
    }
    await migrateQueue(url);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(`${directory}/${name}/migration.sql`);
      const checksum = createHash('sha256').update(bytes).digest('hex');
      return { name, sql: bytes.toString('utf8'), checksum };
    }),
  );
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
  );
  if (rows[0].number < OLDEST_POSTGRES) {
    throw new ClipwrightError(
      'DATABASE_TOO_OLD',
      `expected PostgreSQL 15 or newer at DATABASE_URL but received ${rows[0].version}`,
    );
  }
}

async function appliedMigrations(client: pg.Client): Promise<AppliedMigration[]> {
  await client.query(`
    create table if not exists _prisma_migrations (
      id varchar(36) primary key not null,
      checksum varchar(64) not null,
      finished_at timestamptz,
      migration_name varchar(255) not null,
      logs text,
      rolled_back_at timestamptz,
      started_at timestamptz not null default now(),
      applied_steps_count integer not null default 0
    )`);
  return (await client.query<AppliedMigration>(APPLIED)).rows;
}

/** @throws DATABASE_TOO_NEW where the database has one that is none of these; as `pendingMigrations` does */
export async function requireKnown(sql: Sql, known: readonly Migration[]): Promise<void> {
  pendingMigrations(known, await sql.query<AppliedMigration>(APPLIED));
}

/** Those of ours that a database which may be in use does not have; throws as `pendingMigrations` does. */
export async function missingMigrations(sql: Sql): Promise<Migration[]> {
  const known = await readMigrations(MIGRATIONS);
  return pendingMigrations(known, await sql.query<AppliedMigration>(APPLIED));
}

/** What is still to be applied; throws where the database's history is not a beginning of ours. */
function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const done = new Set<string>();
  for (const row of applied) {
    const migration = known.get(row.migration_name);
    if (!migration) {
      throw new ClipwrightError(
        'DATABASE_TOO_NEW',
        `the database has the migration ${row.migration_name}, which this version of Clipwright does not know: ` +
          'start the newer version that made it, or use another database',
      );
    }
    if (!row.finished_at) {
      throw new ClipwrightError(
        'DATABASE_MIGRATION_UNFINISHED',
        `the migration ${row.migration_name} was begun by another tool and did not finish: ` +
          'see `prisma migrate resolve`',
      );
    }
    if (row.checksum !== migration.checksum) {
      throw new ClipwrightError(
        'DATABASE_MIGRATION_CHANGED',
        `the migration ${row.migration_name} was changed after it was applied to this database: ` +
          'restore prisma/migrations, or use another database',
      );
    }
    done.add(row.migration_name);
  }
  const pending = migrations.filter((migration) => !done.has(migration.name));
  const newest = applied.at(-1)?.migration_name;
  const late = pending.find((migration) => newest !== undefined && migration.name < newest);
  if (late) {
    throw new ClipwrightError(
      'DATABASE_MIGRATION_CHANGED',
      `the migration ${late.name} is older than ${newest}, which this database already has: ` +
        'give it a later name',
    );
  }
  return pending;
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    const started = new Date();
    await client.query(migration.sql);
    await client.query(
      `insert into _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, $4, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name, started],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClipwrightError(
      'DATABASE_MIGRATION_FAILED',
      `the migration ${migration.name} failed and was rolled back: ${reason}`,
    );
  }
}

/** graphile-worker keeps its own history in its own schema. */
async function migrateQueue(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await runMigrations({ pgPool: pool, logger: new WorkerLogger(() => () => {}) });
  } finally {
    await pool.end();
  }
}
