import { describe, expect, it } from 'vitest';
import { guessColumns } from '../../../src/tables/guess-columns.js';
import { ImageIndex } from '../../../src/tables/image-index.js';
import { labelsOf } from '../../../src/tables/labels-cell.js';
import { openCsv } from '../../../src/tables/read-csv.js';

const MiB = 1024 * 1024;

/** Each took minutes to days at once, by the square of what is read. */
describe('a cell of a megabyte, or ten thousand columns, take no longer to look at than to read', () => {
  const index = new ImageIndex(['1.jpg']);

  it.each([
    ['of folders', 'a/'.repeat(MiB / 2)],
    ['of folders before an image', `${'a/'.repeat(MiB / 2)}1.jpg`],
    ['of one name', 'a'.repeat(MiB)],
  ])('an image %s is missing', (_what, cell) => {
    expect(index.find(cell)).toEqual({ kind: 'missing' });
  });

  it('an image below a hundred folders that the source does not have is found', () => {
    expect(index.find(`${'a/'.repeat(100)}1.jpg`)).toEqual({ kind: 'found', path: '1.jpg' });
  });

  it.each([
    ['blanks before a quote', `[a${' '.repeat(MiB)}']`],
    ['words before a quote', `[${'a '.repeat(MiB / 2)}']`],
    ['a quote that never closes', `['${'\\'.repeat(MiB)}]`],
  ])('a list of labels with %s cannot be read', (_what, cell) => {
    expect(() => labelsOf(cell, null, 'labels')).toThrow(/list that cannot be read/);
  });

  it('a list of labels as Python prints it, or without quotes, is read', () => {
    const cell = `['a b', "it's",  traffic   light , 7]`;
    expect(labelsOf(cell, null, 'labels')).toEqual(['a b', "it's", 'traffic   light', '7']);
  });

  it('columns of one name all get names of their own', async () => {
    const { header } = await openCsv(
      (async function* () {
        yield Buffer.from(Array(10_000).fill('a').join(','));
      })(),
    );
    expect(new Set(header).size).toBe(10_000);
    expect(header.at(-1)).toBe('a (10000)');
  });

  it('images are looked for in the first columns alone', () => {
    const columns = Array.from({ length: 1000 }, (_, i) => `c${i}`);
    const row = (column: number) => new Map([[columns[column]!, '1.jpg']]);
    expect(guessColumns(columns, [row(100)], index).image).toBe('c100');
    expect(guessColumns(columns, [row(900)], index).image).toBeNull();
  });
});
