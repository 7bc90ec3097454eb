import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TASK_NAMES, taskRegistry } from '../../../src/jobs/registry.js';
import type { Task } from '../../../src/jobs/task.js';

const task = (name: string): Task<object> => ({ name, payload: z.object({}), run: async () => {} });

describe('the task registry', () => {
  it('holds one task for every name', () => {
    const registry = taskRegistry(TASK_NAMES.map(task));
    expect([...registry.keys()]).toEqual([...TASK_NAMES]);
  });

  it('refuses a name without a task', () => {
    expect(() => taskRegistry([task('a')], ['a', 'b'])).toThrow(`task 'b' has no handler`);
  });

  it('refuses a name with two tasks', () => {
    expect(() => taskRegistry([task('a'), task('a')], ['a'])).toThrow(`task 'a' has two handlers`);
  });

  it('refuses a task whose name nobody knows', () => {
    expect(() => taskRegistry([task('a'), task('b')], ['a'])).toThrow(`'b' is not in the list`);
  });
});
