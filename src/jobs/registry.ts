import type { Task } from './task.js';

/** Every kind of background work there is. */
export const TASK_NAMES = [
  'import-dataset',
  'embed-dataset',
  'train-run',
  'predict-dataset',
  'download-encoder',
  'add-encoder',
] as const;

/** What ending a job needs to know of its task: a process that runs no jobs needs no more of it than this. */
export type Settler<Payload = unknown> = Pick<Task<Payload>, 'name' | 'payload' | 'settle'>;

/** The settlers of all tasks, by name. A TaskRegistry is one. */
export type Settlers = ReadonlyMap<string, Settler>;

export type TaskRegistry = ReadonlyMap<string, Task<unknown>>;

/**
 * The tasks by name.
 *
 * @throws when a name has no task, two tasks, or a task has a name that nobody knows
 */
export function taskRegistry(
  // biome-ignore lint/suspicious/noExplicitAny: tasks of every payload
  tasks: ReadonlyArray<Task<any>>,
  names: readonly string[] = TASK_NAMES,
): TaskRegistry {
  return byName(tasks, names);
}

/** The same for a process that only cancels and sweeps. */
export function settlerRegistry(
  // biome-ignore lint/suspicious/noExplicitAny: settlers of every payload
  settlers: ReadonlyArray<Settler<any>>,
  names: readonly string[] = TASK_NAMES,
): Settlers {
  return byName(settlers, names);
}

function byName<T extends { readonly name: string }>(
  entries: readonly T[],
  names: readonly string[],
): ReadonlyMap<string, T> {
  const registry = new Map<string, T>();
  for (const entry of entries) {
    if (!names.includes(entry.name)) {
      throw new Error(`task '${entry.name}' is not in the list of tasks`);
    }
    if (registry.has(entry.name)) throw new Error(`task '${entry.name}' has two handlers`);
    registry.set(entry.name, entry);
  }
  for (const name of names) {
    if (!registry.has(name)) throw new Error(`task '${name}' has no handler`);
  }
  return registry;
}
