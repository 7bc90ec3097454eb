import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/database.js';
import { withoutOurs } from '../support/server-process.js';
import { until } from './jobs/until.js';

const MAIN = path.resolve(import.meta.dirname, '../../src/main.ts');

test('a worker ends when a newer version has migrated its database, and says so', {
  timeout: 120_000,
}, async () => {
  const { db, url, drop } = await createTestDatabase();
  const data = await mkdtemp(path.join(tmpdir(), 'clipwright-watch-'));
  const worker = spawn(process.execPath, ['--import', 'tsx', MAIN, 'worker'], {
    env: { ...withoutOurs(process.env), CLIPWRIGHT_DATA: data, DATABASE_URL: url },
  });
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await drop();
    await rm(data, { recursive: true, force: true });
  });
  let said = '';
  worker.stderr.on('data', (chunk) => {
    said += chunk;
  });
  worker.stdout.resume();
  // Not its exit, after which what it said may still be on its way.
  const ended = once(worker, 'close');
  const workers = () => db.query('select from workers');
  const begun = async () => {
    if (worker.exitCode !== null) throw new Error(`the worker has ended: ${said}`);
    return (await workers()).length === 1;
  };
  await until(begun, 'the worker', 60_000);
  await db.query(
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at)
     values ('newer', 'x', '99990101000000_newer', now())`,
  );
  const [code] = await ended;
  expect(code).toBe(1);
  expect(said).toContain(
    'clipwright: the database has the migration 99990101000000_newer, which this version of Clipwright does not know',
  );
  expect(await workers()).toEqual([]);
});
