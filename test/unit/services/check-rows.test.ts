import { expect, it } from 'vitest';
import { checkRows } from '../../../src/services/check-rows.js';
import type { ImportSource } from '../../../src/services/import-source.js';
import { ImageIndex } from '../../../src/tables/image-index.js';

const ROWS = 20_000;

/** A table of rows without a photo, sent in small pieces. */
function sourceOf(): { source: ImportSource; sent(): number } {
  let sent = 0;
  const source: ImportSource = {
    paths: ['a.csv', '1.jpg'],
    leftOut: 0,
    async *stream() {
      yield Buffer.from('key,image\n');
      for (let row = 0; row < ROWS; row++) {
        const line = Buffer.from(`${row},missing.jpg\n`);
        sent += line.length;
        yield line;
      }
    },
    read: async () => Buffer.alloc(0),
    close: async () => {},
  };
  return { source, sent: () => sent };
}

const PLAN = {
  table: 'a.csv',
  imageFolder: '',
  images: new ImageIndex(['1.jpg']),
  columns: {
    ...{ image: 'image', key: 'key', labels: null, unknownLabels: null },
    ...{ caption: null, split: null, labelSeparator: null },
  },
};

it('checks every row of a table, and shows the first twenty that an import would reject', async () => {
  const check = await checkRows(sourceOf().source, PLAN, { format: 'AUTO' });
  expect(check).toMatchObject({ rowCount: ROWS, isWhole: true, rejectedCount: ROWS });
  expect(check.rejected.map(({ line }) => line)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 2),
  );
});

it('stops in a table that is too long to wait for, and says that those were not all', async () => {
  const { source, sent } = sourceOf();
  const most = { bytes: 100_000, rows: ROWS };
  const check = await checkRows(source, PLAN, { format: 'AUTO' }, most);
  expect(check.isWhole).toBe(false);
  expect(check.rowCount).toBeGreaterThan(1000);
  expect(check.rejectedCount).toBe(check.rowCount);
  expect(sent()).toBeLessThan(300_000);
  for (const rows of [ROWS - 1, ROWS]) {
    const check = await checkRows(
      sourceOf().source,
      PLAN,
      { format: 'AUTO' },
      { bytes: 1e9, rows },
    );
    expect(check).toMatchObject({ rowCount: rows, isWhole: rows === ROWS });
  }
});

it('stops in lines that hold nothing as well', async () => {
  const source: ImportSource = {
    ...sourceOf().source,
    async *stream() {
      yield Buffer.from('key,image\n0,missing.jpg\n');
      for (let chunk = 0; chunk < 100; chunk++) yield Buffer.alloc(64 * 1024, '\n');
    },
  };
  const most = { bytes: 1e9, rows: 10_000 };
  const check = await checkRows(source, PLAN, { format: 'AUTO' }, most);
  expect(check).toMatchObject({ rowCount: 1, isWhole: false, rejectedCount: 1 });
});
