import { expect, test } from 'vitest';
import { startProblem } from '../../src/start-problem.js';

const failed = (fields: object) => Object.assign(new Error('write'), fields);

test('a start on a full disk says so in a sentence', () => {
  for (const code of ['ENOSPC', 'EDQUOT', '53100']) {
    expect(startProblem(failed({ code, syscall: 'write' }), undefined)).toBe(
      'The disk of the data directory is full: make room there, then ask again.',
    );
  }
});

test('what nobody planned for keeps its stack', () => {
  expect(startProblem(failed({ code: 'EIO', syscall: 'write' }), undefined)).toBeUndefined();
});
