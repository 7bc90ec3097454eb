import type { ParquetColumn, ParquetRow } from '../../src/tables/write-parquet.js';

/** Every type, in rows whose floats are not those of float64, and texts beyond ASCII. */
export const COLUMNS: readonly ParquetColumn[] = [
  { name: 'key', type: 'STRING', nullable: false },
  { name: 'Unterschrift, ganz', type: 'STRING', nullable: true },
  { name: 'labels', type: 'STRINGS', nullable: false },
  { name: 'score bird', type: 'FLOAT', nullable: false },
  { name: 'bird', type: 'BOOLEAN', nullable: false },
];

export const ROWS: readonly ParquetRow[] = [
  ['a.jpg', 'Zwei Vögel 🐦 am Fluß', ['bird', 'water'], Math.fround(0.9), true],
  ['b.jpg', null, [], 0, false],
  ['c.jpg', '', ['cat "grey", old'], Math.fround(1e-30), false],
  ['=d()', 'same', ['bird'], 1, true],
  ['e.jpg', 'same', ['bird'], Math.fround(1 / 3), true],
];
