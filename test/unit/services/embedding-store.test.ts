import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeSetFiles } from '../../../src/services/embedding-store.js';
import { MemoryBlobStore } from '../../support/memory-blob-store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-set-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Paths in the folder that this process holds open. */
async function held(): Promise<string[]> {
  const handles = await readdir('/proc/self/fd');
  const paths = await Promise.all(
    handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')),
  );
  return paths.filter((each) => each.startsWith(folder));
}

describe.skipIf(process.platform !== 'linux')('writeSetFiles', () => {
  const set = { versionId: 'v', spaceId: 's', sampleCount: 3, dimension: 4 };
  const db = {
    query: async () => {
      expect(await held()).toHaveLength(2);
      throw new Error('the database is gone');
    },
  };
  const write = (tokens: string) =>
    writeSetFiles(
      { db, blobs: new MemoryBlobStore() },
      { vectors: path.join(folder, 'vectors'), tokens },
      set,
      new AbortController().signal,
    );

  it('closes both files where something fails between', async () => {
    await expect(write(path.join(folder, 'tokens'))).rejects.toThrow('the database is gone');
    expect(await held()).toEqual([]);
  });

  it('closes the first where the second cannot be made', async () => {
    await expect(write(path.join(folder, 'absent/tokens'))).rejects.toThrow('ENOENT');
    expect(await held()).toEqual([]);
  });
});
