import { describe, expect, it } from 'vitest';
import {
  compareCodePoints,
  compareLabelKeys,
  mergeLabels,
} from '../../../src/services/label-order.js';

describe('label order', () => {
  it('puts numbers by value before all other keys by code point', () => {
    const keys = ['10', 'b', '2', 'a10', 'a2', '-1', '1.5', 'B', '\u{1f600}', '\uffee', '007', '7'];
    expect(keys.sort(compareLabelKeys)).toEqual([
      '-1',
      '1.5',
      '2',
      '007',
      '7',
      '10',
      'B',
      'a10',
      'a2',
      'b',
      '\uffee',
      '\u{1f600}',
    ]);
  });

  it('is the order of UTF-8 bytes', () => {
    expect(compareCodePoints('\uffee', '\u{1f600}')).toBeLessThan(0);
    expect('\uffee' < '\u{1f600}').toBe(false);
    expect(compareCodePoints('a', 'a')).toBe(0);
  });
});

describe('merging labels', () => {
  const before = [
    { key: '5', name: 'five' },
    { key: 'x', name: 'x' },
  ];

  it('keeps places and appends new keys in order', () => {
    const labels = mergeLabels(before, new Set(['x', '11', '2']), new Map([['2', 'two']]));
    expect(labels).toEqual([...before, { key: '2', name: 'two' }, { key: '11', name: '11' }]);
  });

  it('takes the new name of a label that was there', () => {
    expect(mergeLabels(before, new Set(), new Map([['x', 'ex']]))[1]).toEqual({
      key: 'x',
      name: 'ex',
    });
  });

  it('has no label that is only named', () => {
    expect(
      mergeLabels(
        [],
        new Set(['1']),
        new Map([
          ['1', 'a'],
          ['2', 'b'],
        ]),
      ),
    ).toEqual([{ key: '1', name: 'a' }]);
  });
});
