import { describe, expect, test } from 'vitest';
import { labelWords } from '../../../src/services/label-words.js';

describe('the words of a label', () => {
  test('are those of its name in lower case, each with its simple plurals', () => {
    expect(labelWords('Dining table')).toEqual([
      ['dining', 'dinings', 'dininges'],
      ['table', 'tables', 'tablees'],
    ]);
    expect(labelWords('berry')).toEqual([['berry', 'berrys', 'berryes', 'berries']]);
  });

  test('are parted by whatever is no letter and no digit, and counted once', () => {
    expect(labelWords("rock'n'rock_2").map(([word]) => word)).toEqual(['rock', 'n', '2']);
    expect(labelWords('crème brûlée').map(([word]) => word)).toEqual(['crème', 'brûlée']);
    expect(labelWords('--')).toEqual([]);
  });
});
