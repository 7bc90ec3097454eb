import { randomBytes } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore, Sha256 } from '../../src/storage/blob-store.js';
import { sha256Of } from '../../src/storage/sha256.js';

/** What every blob store promises. */
export function blobStoreContract(name: string, open: () => Promise<BlobStore>): void {
  describe(`${name} keeps the contract of blob stores`, () => {
    let store: BlobStore;
    beforeEach(async () => {
      store = await open();
    });

    it('gives back what was put, under its SHA-256', async () => {
      const bytes = randomBytes(100_000);
      const sha256 = await store.put(bytes);
      expect(sha256).toBe(sha256Of(bytes));
      expect(await store.has(sha256)).toBe(true);
      expect((await store.read(sha256)).equals(bytes)).toBe(true);
    });

    it('stores empty content and content that is there already', async () => {
      const empty = await store.put(new Uint8Array(0));
      expect((await store.read(empty)).length).toBe(0);
      expect(await store.put(new Uint8Array(0))).toBe(empty);
    });

    it('puts views of larger buffers, not the buffers', async () => {
      const whole = randomBytes(64);
      const sha256 = await store.put(whole.subarray(8, 24));
      expect(await store.read(sha256)).toEqual(Buffer.from(whole.subarray(8, 24)));
    });

    it('puts many in the order given, twins among them', async () => {
      const items = Array.from({ length: 40 }, (_, i) => Buffer.from(`item ${i % 30}`));
      expect(await store.putMany(items)).toEqual(items.map((item) => sha256Of(item)));
      for (const item of items) expect(await store.read(sha256Of(item))).toEqual(item);
      expect(await store.putMany([])).toEqual([]);
    });

    it('is safe under writers of the same content at once', async () => {
      const bytes = randomBytes(300_000);
      const digests = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes)));
      expect(new Set(digests)).toEqual(new Set([sha256Of(bytes)]));
      expect((await store.read(sha256Of(bytes))).equals(bytes)).toBe(true);
    });

    it('adopts a temporary file, also where its content is known', async () => {
      const bytes = randomBytes(3_000_000);
      for (let time = 0; time < 2; time++) {
        const path = await store.temporaryPath();
        await writeFile(path, bytes);
        expect(await store.adopt(path)).toBe(sha256Of(bytes));
        await expect(stat(path)).rejects.toThrow('ENOENT');
      }
      expect((await store.read(sha256Of(bytes))).equals(bytes)).toBe(true);
    });

    it('removes, and says how many bytes that freed', async () => {
      const sha256 = await store.put(Buffer.from('gone soon'));
      expect(await store.remove(sha256)).toBe(9);
      expect(await store.has(sha256)).toBe(false);
      expect(await store.remove(sha256)).toBe(0);
      await expect(store.read(sha256)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('turns nothing but a digest into a path', async () => {
      for (const name of [
        '',
        '..',
        '../x',
        'A'.repeat(64),
        'a'.repeat(63),
        `${'a'.repeat(64)}/..`,
      ]) {
        expect(() => store.path(name as Sha256)).toThrow(RangeError);
      }
    });
  });
}
