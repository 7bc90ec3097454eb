// A database of its own for every test file, cloned from a migrated template in about 50 ms:
//
//   const { db, url, drop } = await createTestDatabase();
//   afterAll(drop);
//
// For the projects `database` (test/db, test/api, test/contracts) and `e2e`. The server behind it is the embedded one,
// or DATABASE_URL's.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { Database } from '../../src/db/database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the template database, which nobody may be connected to. */
    templateUrl: string;
  }
}

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  drop(): Promise<void>;
}

export async function createTestDatabase(
  options: { connections?: number } = {},
): Promise<TestDatabase> {
  const template = inject('templateUrl');
  const name = `clipwright_test_${randomBytes(8).toString('hex')}`;
  await administer(template, `create database ${name} template ${databaseName(template)}`);
  const url = withDatabase(template, name);
  const db = Database.open(url, options);
  return {
    db,
    url,
    drop: async () => {
      await db.close();
      await administer(template, `drop database if exists ${name} with (force)`);
    },
  };
}

/** A database with nothing in it, not even the migrations. */
export async function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const template = inject('templateUrl');
  const name = `clipwright_test_${randomBytes(8).toString('hex')}`;
  await administer(template, `create database ${name} template template0`);
  return {
    url: withDatabase(template, name),
    drop: () => administer(template, `drop database if exists ${name} with (force)`),
  };
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** Runs one statement beside the database that it is about. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
