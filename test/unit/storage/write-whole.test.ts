import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../../src/storage/write-whole.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeWhole', () => {
  it("takes a file's place, for its owner alone", async () => {
    const file = path.join(folder, 'file');
    await writeWhole(file, 'first');
    await chmod(file, 0o400);
    await writeWhole(file, 'second', { flush: true });
    expect(await readFile(file, 'utf8')).toBe('second');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('leaves nothing where it cannot take the place', async () => {
    await mkdir(path.join(folder, 'file/within'), { recursive: true });
    await expect(writeWhole(path.join(folder, 'file'), 'content')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['file']);
  });
});
