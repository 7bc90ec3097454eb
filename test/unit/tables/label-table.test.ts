import { describe, expect, it } from 'vitest';
import { isLabelTable, readLabelTable } from '../../../src/tables/label-table.js';
import { formatOf, openTable } from '../../../src/tables/open-table.js';
import { bytesOf, chunksOf, readAll, shown } from './read.js';

const open = (text: string, name = 'labels.csv') =>
  openTable(chunksOf(bytesOf(text), 10), 'AUTO', name);

describe('a table of labels', () => {
  it.each([
    [['id', 'name'], true],
    [['Label ID', 'Label_Name'], true],
    [['key', 'title'], true],
    [['name', 'id'], false],
    [['id', 'name', 'x'], false],
    [['id'], false],
    [['ImageID', 'Labels'], false],
  ])('%j: %j', (header, is) => {
    expect(isLabelTable(header)).toBe(is);
  });

  it('gives names by keys in their order, and says which rows it cannot use', async () => {
    const table = await open('id,name\n10, traffic light \n1,person\n1,again\n2\n3,\n');
    const { names, rejected } = await readLabelTable(table);
    expect([...names]).toEqual([
      ['10', 'traffic light'],
      ['1', 'person'],
    ]);
    expect(rejected).toEqual([
      { line: 4, reason: 'the label "1" stands here a second time' },
      { line: 5, reason: 'expected 2 cells but found 1' },
      { line: 6, reason: 'nothing in column `name`' },
    ]);
  });
});

describe('the format of a table', () => {
  it.each([
    ['a.csv', 'CSV'],
    ['A.TSV', 'CSV'],
    ['a.b.jsonl', 'JSONL'],
    ['a.ndjson', 'JSONL'],
    ['a.jpg', null],
    ['csv', null],
  ])('%s: %s', (name, format) => {
    expect(formatOf(name)).toBe(format);
  });

  it('AUTO goes by the name, and can be overruled', async () => {
    expect(shown(await readAll(await open('{"a":1}\n', 'x.jsonl')))).toEqual([[1, 1]]);
    expect(shown(await readAll(await open('a\n1\n', 'x.txt')))).toEqual([[2, '1']]);
    const forced = await openTable(chunksOf(bytesOf('{"a":1}\n'), 10), 'JSONL', 'x.csv');
    expect(forced.format).toBe('JSONL');
  });
});
