import { describe, expect, it } from 'vitest';
import { ImageIndex } from '../../../src/tables/image-index.js';
import { type Columns, parseRow } from '../../../src/tables/parse-row.js';
import type { TableRow } from '../../../src/tables/table-row.js';

const images = new ImageIndex(['1.jpg', 'a/2.jpg', 'a/same.jpg', 'b/same.jpg']);
const COLUMNS: Columns = {
  image: 'image',
  labels: 'labels',
  unknownLabels: 'unknown',
  caption: 'caption',
  key: null,
  split: 'split',
  labelSeparator: ' ',
};
const parse = (cells: Record<string, unknown>, columns: Partial<Columns> = {}) => {
  const row: TableRow = { kind: 'row', line: 5, cells: new Map(Object.entries(cells)) };
  return parseRow(row, { ...COLUMNS, ...columns }, images);
};
const labelsOf = (labels: unknown, labelSeparator: string | null = ' ') => {
  const parsed = parse({ image: '1.jpg', labels }, { labelSeparator });
  return parsed.kind === 'sample' ? parsed.labels : parsed.reason;
};

describe('what a row says', () => {
  it('key, image, caption, labels and split', () => {
    expect(parse({ image: '2', labels: '3 1', caption: ' A\nman ', split: 'Val' })).toEqual({
      kind: 'sample',
      line: 5,
      key: '2',
      image: 'a/2.jpg',
      caption: ' A\nman ',
      labels: ['3', '1'],
      unknownLabels: [],
      split: 'VALIDATION',
    });
  });

  it('nothing more than the image, where nothing more is there', () => {
    expect(parse({ image: 1 }, { labels: null, caption: null, split: null })).toEqual({
      kind: 'sample',
      line: 5,
      key: '1',
      image: '1.jpg',
      caption: null,
      labels: null,
      unknownLabels: [],
      split: null,
    });
    expect(parse({ image: '1.jpg', caption: ' \n', split: '' })).toMatchObject({
      caption: null,
      labels: null,
      split: null,
    });
  });

  it.each([
    ['3 1', '2', ['2']],
    ['[]', '["2", 4]', ['2', '4']],
    [[], ['2'], ['2']],
    ['3', '', []],
    ['', '', []],
    ['3', '2 3', 'the label "3" is both carried and unknown'],
    [
      '',
      '2',
      'labels in column `unknown` but none in `labels`: there, `[]` says that the others are absent, and nothing that all ' +
        'are unknown',
    ],
  ])('labels %j with unknown %j', (labels, unknown, expected) => {
    const parsed = parse({ image: '1.jpg', labels, unknown });
    expect(parsed.kind === 'sample' ? parsed.unknownLabels : parsed.reason).toEqual(expected);
  });

  it('the key of a column of its own', () => {
    expect(parse({ image: '1.jpg', id: 17 }, { key: 'id' })).toMatchObject({ key: '17' });
  });

  it.each([
    ['', null],
    [' ', null],
    [null, null],
    [undefined, null],
    ['[]', []],
    [' [ ] ', []],
    [[], []],
    ['1', ['1']],
    ['3 1  3', ['3', '1']],
    [7, ['7']],
    [
      ['b', 1, 'b'],
      ['b', '1'],
    ],
    ['["b", 1]', ['b', '1']],
    ["['traffic light', \"it's\", 3, dog]", ['traffic light', "it's", '3', 'dog']],
    ["['it\\'s',]", ["it's"]],
    [['x', null], 'expected labels in column `labels` but found nothing'],
    [[' '], 'an empty label in column `labels`'],
    [[['x']], 'expected labels in column `labels` but found a list'],
    [[{}], 'expected labels in column `labels` but found an object'],
    [{}, 'expected text in column `labels` but found an object'],
    [true, 'expected text in column `labels` but found true or false'],
    ["['x' 'y']", 'a list that cannot be read in column `labels`'],
    ['[[1]', 'a list that cannot be read in column `labels`'],
    ['x'.repeat(201), 'a label of more than 200 characters in column `labels`'],
    [['\ud800'], 'half a surrogate pair in column `labels`'],
    [
      [Number.POSITIVE_INFINITY],
      'a number in column `labels` beyond 2^53, which cannot be kept exactly: quote it',
    ],
    [[2 ** 53], 'a number in column `labels` beyond 2^53, which cannot be kept exactly: quote it'],
    [
      [-0.5, 2 ** 53 - 1],
      ['-0.5', '9007199254740991'],
    ],
    [Array.from({ length: 1001 }, (_, n) => n), 'more than 1000 labels in column `labels`'],
  ])('labels %j are %j', (cell, labels) => {
    expect(labelsOf(cell)).toEqual(labels);
  });

  it.each([
    ['a b, c', ',', ['a b', 'c']],
    ['a b;c;', ';', ['a b', 'c']],
    ['a|b', '|', ['a', 'b']],
    ['a b', null, ['a b']],
    ['a\tb\n c', ' ', ['a', 'b', 'c']],
    [';;', ';', 'no label in column `labels`, only separators'],
  ])('labels %j parted at %j are %j', (cell, separator, labels) => {
    expect(labelsOf(cell, separator)).toEqual(labels);
  });

  it.each([
    ['train', 'TRAIN'],
    ['TRAINING', 'TRAIN'],
    ['val', 'VALIDATION'],
    ['valid', 'VALIDATION'],
    [' Validation ', 'VALIDATION'],
    ['dev', 'VALIDATION'],
    ['Test', 'TEST'],
    ['testing', 'TEST'],
  ])('split %j is %s', (split, name) => {
    expect(parse({ image: '1.jpg', split })).toMatchObject({ kind: 'sample', split: name });
  });
});

describe('why a row is rejected', () => {
  it.each([
    [{ image: '9.jpg' }, '9.jpg', 'missing image: no file "9.jpg" in the image folder'],
    [{ image: '../1.jpg' }, '../1.jpg', 'missing image: no file "../1.jpg" in the image folder'],
    [{ image: 'same' }, 'same', 'ambiguous image: more than one file fits "same"'],
    [{ image: '' }, null, 'no image in column `image`'],
    [{}, null, 'no image in column `image`'],
    [{ image: ['1.jpg'] }, null, 'expected text in column `image` but found a list'],
    [
      { image: '1.jpg', caption: ['x'] },
      '1.jpg',
      'expected text in column `caption` but found a list',
    ],
    [{ image: '1.jpg', caption: 'a\0' }, '1.jpg', 'a NUL character in column `caption`'],
    [{ image: '1.jpg', caption: '\udc00' }, '1.jpg', 'half a surrogate pair in column `caption`'],
    [
      { image: '1.jpg', caption: 'x'.repeat(10_001) },
      '1.jpg',
      'more than 10000 characters in column `caption`',
    ],
    [{ image: 'x'.repeat(501) }, null, 'more than 500 characters in column `image`'],
    [
      { image: '1.jpg', split: 'eval' },
      '1.jpg',
      'expected train, validation or test in column `split` but found "eval"',
    ],
  ])('%j', (cells, key, reason) => {
    expect(parse(cells)).toEqual({ kind: 'rejected', line: 5, key, reason });
  });

  it('a missing key', () => {
    expect(parse({ image: '1.jpg', id: ' ' }, { key: 'id' })).toMatchObject({
      key: null,
      reason: 'no key in column `id`',
    });
  });

  it('that it could not be read, with the key where that much is known', () => {
    const row: TableRow = {
      kind: 'rejected',
      line: 3,
      cells: new Map([['image', '1.jpg']]),
      reason: 'expected 3 cells but found 1',
    };
    expect(parseRow(row, COLUMNS, images)).toEqual({
      kind: 'rejected',
      line: 3,
      key: '1.jpg',
      reason: 'expected 3 cells but found 1',
    });
  });

  it('gives reasons that can be stored, whatever the columns are called', () => {
    const parsed = parse({}, { image: 'a\0\ud800' });
    expect(parsed).toMatchObject({ reason: 'no image in column `a\ufffd\ufffd`' });
  });
});
