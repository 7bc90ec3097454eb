import { describe, expect, it } from 'vitest';
import { chooseColumns } from '../../../src/tables/choose-columns.js';
import { guessColumns, matchingShare } from '../../../src/tables/guess-columns.js';
import { guessLabelSeparator } from '../../../src/tables/guess-separator.js';
import { ImageIndex } from '../../../src/tables/image-index.js';

const images = new ImageIndex(['1.jpg', '2.jpg', '3.jpg']);
const rowsOf = (header: string[], ...rows: unknown[][]) =>
  rows.map((row) => new Map(row.map((cell, i) => [header[i]!, cell])));
const guess = (header: string[], ...rows: unknown[][]) =>
  guessColumns(header, rowsOf(header, ...rows), images);

describe('guessing columns', () => {
  it('from the names that tables usually have', () => {
    expect(
      guess(['ImageID', 'Labels', 'Caption'], ['1.jpg', '1 3', 'A man'], ['2.jpg', '1', 'A dog']),
    ).toEqual({
      image: 'ImageID',
      labels: 'Labels',
      unknownLabels: null,
      caption: 'Caption',
      key: null,
      split: null,
      labelSeparator: ' ',
    });
    expect(
      guess(['id', 'file_name', 'tags', 'Text', 'Subset'], ['7', '1.jpg', 'a;b', 'A man', 'train']),
    ).toEqual({
      image: 'file_name',
      labels: 'tags',
      unknownLabels: null,
      caption: 'Text',
      key: 'id',
      split: 'Subset',
      labelSeparator: ';',
    });
  });

  it('the image column from what matches images, against the likelier name', () => {
    expect(guess(['image', 'where'], ['7', '1.jpg'], ['8', '2.jpg'])).toMatchObject({
      image: 'where',
    });
    expect(guess(['id', 'file'], ['1', '1.jpg'], ['2', '2.jpg'])).toMatchObject({
      image: 'file',
      key: 'id',
    });
    expect(guess(['id', 'x'], ['1', 'y'])).toMatchObject({ image: 'id', key: null });
  });

  it('the image column from its name where nothing matches, none where that fails too', () => {
    expect(guess(['a', 'path'], ['x', 'y'])).toMatchObject({ image: 'path' });
    expect(guess(['a', 'b'], ['x', 'y'])).toMatchObject({ image: null });
    expect(guessColumns(['file', 'image'], [], null)).toMatchObject({ image: 'image' });
  });

  it('a split column only where it names splits', () => {
    expect(guess(['image', 'fold'], ['1.jpg', '0'], ['2.jpg', '3'])).toMatchObject({ split: null });
    expect(guess(['image', 'fold', 'set'], ['1.jpg', '0', 'dev'])).toMatchObject({ split: 'set' });
    expect(guess(['image', 'split'], ['1.jpg', ''])).toMatchObject({ split: 'split' });
  });

  it('a key column only where its cells differ', () => {
    expect(guess(['image', 'id'], ['1.jpg', '5'], ['2.jpg', '5'])).toMatchObject({ key: null });
  });

  it('what parts labels from the unknown ones too, where samples carry one label each', () => {
    const header = ['image', 'labels', 'unknown_labels'];
    expect(guess(header, ['1.jpg', 'cat', 'dog|bird'], ['2.jpg', 'dog', ''])).toMatchObject({
      unknownLabels: 'unknown_labels',
      labelSeparator: '|',
    });
    expect(guess(header, ['1.jpg', 'traffic light', 'traffic light'])).toMatchObject({
      labelSeparator: null,
    });
  });

  it('from the keys of JSONL rows', () => {
    const rows = [
      new Map<string, unknown>([['image', '1.jpg']]),
      new Map<string, unknown>([['labels', [1]]]),
    ];
    expect(guessColumns([], rows, images)).toMatchObject({ image: 'image', labels: 'labels' });
  });

  it('tells which table fits a folder', () => {
    const rows = rowsOf(['a'], ['1'], ['2.jpg'], ['x'], [3]);
    expect(matchingShare(rows, 'a', images)).toBe(0.75);
    expect(matchingShare([], 'a', images)).toBe(0);
  });
});

describe('guessing the label separator', () => {
  it.each([
    [['1', '3 1', '7'], ' '],
    [['1', '3'], ' '],
    [['cat dog', 'dog', 'cat'], ' '],
    [['traffic light', 'fire hydrant', 'dog'], null],
    [['dog', 'cat'], null],
    [['traffic light, dog', 'cat'], ','],
    [['a b;c', 'd, e;f', 'g'], ';'],
    [['a|b', 'c'], '|'],
    [['["a b"]', '[]', ''], null],
    [[], null],
  ])('%j: %j', (cells, separator) => {
    expect(guessLabelSeparator(cells)).toBe(separator);
  });

  it('goes by labels that are known', () => {
    const known = new Set(['traffic light', 'dog', 'x, y']);
    expect(guessLabelSeparator(['traffic light', 'dog'], known)).toBe(null);
    expect(guessLabelSeparator(['dog traffic light'], new Set(['dog', 'traffic', 'light']))).toBe(
      ' ',
    );
    expect(guessLabelSeparator(['x, y;dog', 'x, y'], known)).toBe(';');
    expect(guessLabelSeparator(['1', '2'], new Set(['1', '2']))).toBe(' ');
    expect(guessLabelSeparator(['u;v'], known)).toBe(';');
  });
});

describe('choosing columns', () => {
  const guessed = guessColumns(['image', 'labels', 'id', 'text'], [], null);

  it('takes the client’s before the guess, each column once', () => {
    const header = ['image', 'labels', 'id', 'text'];
    expect(chooseColumns(header, guessed)).toMatchObject({
      image: 'image',
      key: 'id',
      caption: 'text',
    });
    expect(chooseColumns(header, guessed, { caption: 'id' }, '|')).toEqual({
      image: 'image',
      labels: 'labels',
      unknownLabels: null,
      caption: 'id',
      key: null,
      split: null,
      labelSeparator: '|',
    });
  });

  it('refuses columns that are not there, and a table without images', () => {
    expect(() => chooseColumns(['a', 'b'], guessed, { labels: 'c' })).toThrow(
      'expected one of the table\'s columns (a, b) for `columns.labels` but received "c"',
    );
    expect(chooseColumns([], guessed, { labels: 'c' })).toMatchObject({ labels: 'c' });
    expect(() => chooseColumns(['a'], { ...guessed, image: null })).toThrow('columns.image');
  });
});
