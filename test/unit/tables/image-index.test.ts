import { describe, expect, it } from 'vitest';
import { ImageIndex } from '../../../src/tables/image-index.js';

const found = (path: string) => ({ kind: 'found', path });
const MISSING = { kind: 'missing' };
const AMBIGUOUS = { kind: 'ambiguous' };

describe('looking up an image cell in the listing', () => {
  const index = new ImageIndex([
    '1.jpg',
    '2.png',
    'train/3.jpg',
    'train/same.jpg',
    'val/same.jpg',
    'train/a.b.jpg',
    'twice.jpg',
    'twice.png',
    'none',
    '.hidden',
    'deep/er/4.jpg',
    'two/5.jpg',
    'two/5.png',
  ]);

  it.each([
    ['the relative path', 'train/same.jpg', found('train/same.jpg')],
    ['a name at the top', '1.jpg', found('1.jpg')],
    ['blanks around it', ' 1.jpg ', found('1.jpg')],
    ['./ before it', './train/3.jpg', found('train/3.jpg')],
    ['backslashes', 'train\\3.jpg', found('train/3.jpg')],
    ['folders above the listing', 'images/train/same.jpg', found('train/same.jpg')],
    ['an absolute path', '/home/me/images/1.jpg', found('1.jpg')],
    ['a base name that is unique', '3.jpg', found('train/3.jpg')],
    ['a base name under another folder', 'test/4.jpg', found('deep/er/4.jpg')],
    ['a base name that is not', 'same.jpg', AMBIGUOUS],
    ['the path without its extension', 'train/same', found('train/same.jpg')],
    ['a name without its extension', '1', found('1.jpg')],
    ['a base name without its extension', '4', found('deep/er/4.jpg')],
    ['several dots', 'a.b', found('train/a.b.jpg')],
    ['an extension that is not the file’s', '1.png', MISSING],
    ['a stem that two files share', 'twice', AMBIGUOUS],
    ['a stem that two files below share', '5', AMBIGUOUS],
    ['a stem that two folders share', 'same', AMBIGUOUS],
    ['a file without extension', 'none', found('none')],
    ['no stem of a hidden file', '', MISSING],
    ['another case', '1.JPG', MISSING],
    ['nothing', '  ', MISSING],
    ['dots alone', './.', MISSING],
    ['a step up', '../1.jpg', MISSING],
    ['a step up inside', 'train/../1.jpg', MISSING],
    ['__proto__', '__proto__', MISSING],
    ['constructor', 'constructor', MISSING],
  ])('%s', (_, cell, match) => {
    expect(index.find(cell)).toEqual(match);
  });

  it('compares names in their composed form, and answers with the listing’s own', () => {
    const decomposed = 'e\u0301.jpg';
    expect(new ImageIndex([decomposed]).find('é.jpg')).toEqual(found(decomposed));
    expect(new ImageIndex(['é.jpg']).find(decomposed)).toEqual(found('é.jpg'));
  });

  it('answers from 200,000 names', () => {
    const large = new ImageIndex(Array.from({ length: 200_000 }, (_, i) => `d${i % 100}/${i}.jpg`));
    expect(large.size).toBe(200_000);
    expect(large.find('177777')).toEqual(found('d77/177777.jpg'));
    expect(large.find('x')).toEqual(MISSING);
  });
});
