import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import {
  type ParquetColumn,
  type ParquetRow,
  writeParquet,
} from '../../../src/tables/write-parquet.js';
import { COLUMNS, ROWS } from '../../support/parquet-example.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/parquet');

async function written(
  columns: readonly ParquetColumn[],
  rows: readonly ParquetRow[],
  numRows = rows.length,
): Promise<{ parts: Uint8Array[]; file: ArrayBuffer }> {
  const parts: Uint8Array[] = [];
  for await (const part of writeParquet(columns, Readable.from(rows), numRows)) parts.push(part);
  return { parts, file: Uint8Array.from(Buffer.concat(parts)).buffer };
}

describe('writeParquet', () => {
  it('writes the file in which pyarrow read types and values', async () => {
    const { file } = await written(COLUMNS, ROWS);
    const example = await readFile(join(FIXTURES, 'example.parquet'));
    // Where the writer changed: tools/fixtures/write-parquet.ts, and pyarrow reads again.
    expect(example.equals(Buffer.from(file))).toBe(true);
    const { schema, rows } = JSON.parse(await readFile(join(FIXTURES, 'pyarrow.json'), 'utf8'));
    expect(schema).toEqual([
      ['key', 'string', false],
      ['Unterschrift, ganz', 'string', true],
      ['labels', 'list<element: string not null>', false],
      ['score bird', 'float', false],
      ['bird', 'bool', false],
    ]);
    expect(rows).toEqual(ROWS);
  });

  it('writes rows in groups of some megabytes, each as soon as it is full', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, row): ParquetRow => [
        `key ${row}`,
        row % 3 === 0 ? null : `caption ${row} `.repeat(300),
        Array.from({ length: row % 4 }, (_, at) => `label ${at}`),
        Math.fround(row / 7),
        row % 2 === 0,
      ],
    );
    const { parts, file } = await written(COLUMNS, rows);
    const { row_groups } = parquetMetadata(file);
    expect(row_groups.length).toBeGreaterThan(1);
    // One part for each group, and the end.
    expect(parts).toHaveLength(row_groups.length + 1);
    const read = await parquetReadObjects({ file });
    expect(read).toEqual(
      rows.map((row) => Object.fromEntries(COLUMNS.map(({ name }, at) => [name, row[at]]))),
    );
  });

  it('makes groups larger where columns and rows are so many that their places would fill memory', async () => {
    const columns = ['a', 'b', 'c', 'd'].map(
      (name): ParquetColumn => ({ name, type: 'STRING', nullable: false }),
    );
    const text = 'text '.repeat(4000);
    const rows = Array.from({ length: 250 }, () => [text, text, text, text]);
    const groups = async (numRows: number) =>
      parquetMetadata((await written(columns, rows, numRows)).file).row_groups.map(({ num_rows }) =>
        Number(num_rows),
      );
    expect(await groups(250)).toEqual([105, 105, 40]);
    expect(await groups(5_000_000)).toEqual([200, 50]);
  });

  it('writes a table without rows', async () => {
    const { file } = await written(COLUMNS, []);
    expect(parquetMetadata(file).num_rows).toBe(0n);
    expect(await parquetReadObjects({ file })).toEqual([]);
  });
});
