import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guessColumns } from '../../../src/tables/guess-columns.js';
import { ImageIndex } from '../../../src/tables/image-index.js';
import { isLabelTable, readLabelTable } from '../../../src/tables/label-table.js';
import { openTable } from '../../../src/tables/open-table.js';
import { parseRow } from '../../../src/tables/parse-row.js';
import { readAll } from './read.js';

const folder = new URL('../../../../shared/photos/', import.meta.url);
const isHere = existsSync(folder);
if (!isHere) console.warn('skipped: ../shared/photos is not here');
const open = (name: string) => openTable(createReadStream(new URL(name, folder)), 'AUTO', name);

describe.skipIf(!isHere)('the photos (needs ../shared)', () => {
  it('all 2,010 rows are read, as a person would', async () => {
    const table = await open('photos.csv');
    const rows = await readAll(table);
    expect(table.header).toEqual(['ImageID', 'Labels', 'Caption']);
    expect(rows).toHaveLength(2010);
    expect(rows.every((row) => row.kind === 'row' && row.cells.size === 3)).toBe(true);
    const captions = new Map(
      rows.map((row) => [row.cells.get('ImageID'), row.cells.get('Caption')]),
    );
    const all = [...captions.values()].map(String);
    expect(all.filter((caption) => caption.includes('\n'))).toHaveLength(3);
    expect(all.filter((caption) => caption.includes('"'))).toHaveLength(13);
    // Quotes come in pairs, and none of the cell's own is left.
    expect(all.every((caption) => (caption.split('"').length - 1) % 2 === 0)).toBe(true);
    expect(String(captions.get('1338.jpg')).endsWith(' "spray."')).toBe(true);
    expect(String(captions.get('9084.jpg'))).toContain(' "Seltzer Way," with');
    expect(String(captions.get('17864.jpg')).endsWith(' and "Fifth Ave."')).toBe(true);
    expect(String(captions.get('18173.jpg')).endsWith(' " The Happening Bagel Bakery ".')).toBe(
      true,
    );
  });

  it('every row is a sample, with columns and label separator guessed', async () => {
    const names = readdirSync(new URL('images/', folder));
    const images = new ImageIndex(names);
    const rows = await readAll(await open('photos.csv'));
    const columns = guessColumns(
      ['ImageID', 'Labels', 'Caption'],
      rows.slice(0, 100).map((r) => r.cells),
      images,
    );
    expect(columns).toEqual({
      image: 'ImageID',
      labels: 'Labels',
      unknownLabels: null,
      caption: 'Caption',
      key: null,
      split: null,
      labelSeparator: ' ',
    });
    const samples = rows.map((row) => parseRow(row, { ...columns, image: columns.image! }, images));
    expect(samples.filter((sample) => sample.kind === 'rejected')).toEqual([]);
    const labels = new Set(samples.flatMap((s) => (s.kind === 'sample' ? (s.labels ?? []) : [])));
    expect(labels.size).toBe(18);
  });

  it('the labels have names', async () => {
    const table = await open('labels.csv');
    expect(isLabelTable(table.header)).toBe(true);
    const { names, rejected } = await readLabelTable(table);
    expect(rejected).toEqual([]);
    expect(names.size).toBe(18);
    expect(names.get('16')).toBe('bird');
  });
});
