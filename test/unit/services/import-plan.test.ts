import { expect, it } from 'vitest';
import { checkImportInput } from '../../../src/services/import-input.js';
import { planImport } from '../../../src/services/import-plan.js';
import type { ImportSource } from '../../../src/services/import-source.js';

const MiB = 1024 * 1024;

/** So many tables, each of so many bytes in long rows. */
function sourceOf(header: string, tables: number, bytes: number) {
  const read = { bytes: 0 };
  const source: ImportSource = {
    paths: ['1.jpg', ...Array.from({ length: tables }, (_, i) => `${i}.csv`)],
    leftOut: 0,
    async *stream() {
      yield Buffer.from(`${header}\n`);
      for (let left = bytes; left > 0; left -= 65_536) {
        read.bytes += 65_536;
        yield Buffer.from(`${left},${' '.repeat(60_000)}\n`.padStart(65_536));
      }
    },
    read: async () => Buffer.alloc(0),
    close: async () => {},
  };
  return { source, read };
}

const SETTINGS = checkImportInput({ name: 'x', source: { directory: 'x' } });

it('a plan reads no more than 16 MiB of the tables that nobody named, whose rows are held in memory', async () => {
  const { source, read } = sourceOf('image,caption', 100, 3 * MiB);
  await expect(planImport(source, SETTINGS)).rejects.toThrow(/No table was found/);
  expect(read.bytes).toBeLessThan(20 * MiB);
});

it('a plan gives up a table of labels after 8 MiB', async () => {
  const { source, read } = sourceOf('key,name', 100, 100 * MiB);
  await expect(planImport(source, SETTINGS)).rejects.toThrow(/No table was found/);
  expect(read.bytes).toBeLessThan(160 * MiB);
});
