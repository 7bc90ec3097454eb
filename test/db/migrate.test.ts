import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { MIGRATIONS, migrate, readMigrations } from '../../src/db/migrate.js';
import { createEmptyDatabase, createTestDatabase } from '../support/database.js';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createEmptyDatabase();
  cleanups.push(drop);
  return url;
}

/** Our migrations and one more. */
async function migrationsWith(sql: string, name = '29990101000000_extra'): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'clipwright-migrations-'));
  cleanups.push(() => rm(directory, { recursive: true }));
  await cp(MIGRATIONS, directory, { recursive: true });
  await mkdir(join(directory, name));
  await writeFile(join(directory, name, 'migration.sql'), sql);
  return directory;
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  test("applies every committed migration once and records it in Prisma's format", async () => {
    const url = await emptyDatabase();
    const names = (await readMigrations(MIGRATIONS)).map((migration) => migration.name);
    expect(names.length).toBeGreaterThan(0);
    expect(await migrate(url)).toEqual(names);
    expect(await migrate(url)).toEqual([]);
    const rows = await query(url, 'select * from _prisma_migrations order by migration_name');
    expect(rows.map((row) => row.migration_name)).toEqual(names);
    for (const row of rows) {
      expect(row.checksum).toMatch(/^[0-9a-f]{64}$/);
      expect(row).toMatchObject({ applied_steps_count: 1, rolled_back_at: null, logs: null });
      expect(row.finished_at).toBeInstanceOf(Date);
    }
  });

  test("brings graphile-worker's schema along", async () => {
    const { db, drop } = await createTestDatabase();
    cleanups.push(drop);
    expect(await db.query('select count(*)::int as n from graphile_worker.jobs')).toEqual([
      { n: 0 },
    ]);
  });

  test('runs once however many processes start together', async () => {
    const url = await emptyDatabase();
    const results = await Promise.all(Array.from({ length: 6 }, () => migrate(url)));
    expect(results.filter((applied) => applied.length > 0)).toHaveLength(1);
  });

  test('rolls a failing migration back wholly and names it', async () => {
    const url = await emptyDatabase();
    const migrations = await migrationsWith('create table half (); select 1/0;');
    await expect(migrate(url, { migrations })).rejects.toThrow(
      'the migration 29990101000000_extra failed and was rolled back: division by zero',
    );
    expect(await query(url, "select to_regclass('half') as half")).toEqual([{ half: null }]);
    const repaired = await migrationsWith('create table half ();');
    expect(await migrate(url, { migrations: repaired })).toEqual(['29990101000000_extra']);
  });

  test('refuses a database with a migration that it does not know', async () => {
    const url = await emptyDatabase();
    await migrate(url, { migrations: await migrationsWith('create table later ();') });
    await expect(migrate(url)).rejects.toThrow(
      'the database has the migration 29990101000000_extra, which this version of Clipwright does not know',
    );
  });

  test('refuses a database whose migration was changed afterwards', async () => {
    const url = await emptyDatabase();
    await migrate(url, { migrations: await migrationsWith('create table a ();') });
    const changed = await migrationsWith('create table b ();');
    await expect(migrate(url, { migrations: changed })).rejects.toThrow(
      'the migration 29990101000000_extra was changed after it was applied',
    );
  });

  test('refuses a new migration that is older than one already applied', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    const late = await migrationsWith('create table a ();', '20000101000000_late');
    await expect(migrate(url, { migrations: late })).rejects.toThrow('give it a later name');
  });

  test('a process killed at any moment leaves each migration done or not begun', async () => {
    const migrations = await migrationsWith(
      'create table one (); select pg_sleep(0.2); create table two ();',
    );
    for (const delay of [0, 100, 200, 300, 450, 600]) {
      const { url, drop } = await createEmptyDatabase();
      const script = join(import.meta.dirname, '../support/migrate-process.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, url, migrations], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill('SIGKILL');
      await migrate(url, { migrations });
      expect(
        await query(
          url,
          `select to_regclass('one') is not null and to_regclass('two') is not null as whole,
             (select count(*)::int from _prisma_migrations
               where migration_name like '%extra' and finished_at is not null) as rows`,
        ),
      ).toEqual([{ whole: true, rows: 1 }]);
      await drop();
    }
  });
});
