import { expect, test } from 'vitest';
import { variablesProblem } from '../../../src/http/variable-limits.js';

test.each([
  ['flat values', { a: 1, b: 'x', c: null, d: [1, 2] }, null],
  ['too many in one list', { a: Array(101).fill(0) }, /at most 100/],
  ['too many in all', { a: Array(60).fill(0), b: Array(60).fill(0) }, /at most 100/],
  ['NUL in a string', { a: { b: ['x\0'] } }, /NUL/],
  ['half a surrogate pair in a string', { a: { b: ['x\ud83d'] } }, /surrogate/],
  ['whole surrogate pairs', { a: '🙂' }, null],
])('%s', (_name, variables, expected) => {
  const problem = variablesProblem(variables, 100);
  if (expected === null) expect(problem).toBeNull();
  else expect(problem).toMatch(expected);
});

test('nesting is followed so far and no further', () => {
  let deep: unknown = 'x';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(variablesProblem({ deep }, 1_000_000)).toMatch(/nested/);
});
