import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ownDataDirectory } from '../../../src/services/own-data-directory.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let test: TestDatabase;
let root: string;

beforeAll(async () => {
  test = await createTestDatabase();
  root = await mkdtemp(join(tmpdir(), 'clipwright-own-'));
});
afterAll(async () => {
  await test.drop();
  await rm(root, { recursive: true, force: true });
});

it('a database is of the directory that came first, for all processes that start there, and for none elsewhere', async () => {
  const [ours, other] = await Promise.all(
    ['ours-', 'other-'].map((name) => mkdtemp(join(root, name))),
  );
  const own = (directory: string) => ownDataDirectory({ db: test.db, directory });
  await Promise.all([own(ours!), own(ours!), own(ours!)]);
  await own(ours!);
  expect(await readdir(ours!)).toEqual(['directory-id']);
  await expect(own(other!)).rejects.toMatchObject({
    code: 'DATABASE_ELSEWHERE',
    message: expect.stringContaining(`than ${other}: set CLIPWRIGHT_DATA`),
  });
  expect(await readdir(other!)).toEqual([]);
});
