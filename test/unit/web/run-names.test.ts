import { describe, expect, it } from 'vitest';
import { distinctNames } from '../../../web/src/parts/run-names.ts';

describe('the names of runs that are shown together', () => {
  it('are theirs where they differ', () => {
    const runs = [
      { id: '1-aaaaaa', name: 'a' },
      { id: '2-bbbbbb', name: 'b' },
    ];
    expect(distinctNames(runs)).toBe(runs);
  });

  it('say the end of the id of each that has its name in common with others', () => {
    const runs = [
      { id: '1-aaaaaa', name: 'a' },
      { id: '2-bbbbbb', name: 'b' },
      { id: '3-cccccc', name: 'a' },
    ];
    const names = distinctNames(runs).map(({ name }) => name);
    expect(names).toEqual(['a · aaaaaa', 'b', 'a · cccccc']);
  });
});
