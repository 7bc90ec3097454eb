import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { DiskStore } from '../../src/storage/disk-store.js';
import { MemoryBlobStore } from '../support/memory-blob-store.js';
import { blobStoreContract } from './blob-store.contract.js';

const directories: string[] = [];

afterAll(() => Promise.all(directories.map((path) => rm(path, { recursive: true }))));

blobStoreContract('the disk store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'clipwright-blobs-'));
  directories.push(directory);
  return DiskStore.open(directory);
});

blobStoreContract('the fake of tests', async () => new MemoryBlobStore());
