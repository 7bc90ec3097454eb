import { readdirSync, readFileSync } from 'node:fs';

export interface LiveProcess {
  pid: number;
  /** what it is for, such as `server`, `worker`, `train`, `postmaster`, `postgres backend` */
  name: string;
}

/** Every living descendant of `root`, itself included, as /proc shows them. */
export function processTree(root: number): LiveProcess[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(Number(entry));
    if (parent !== undefined) parents.set(Number(entry), parent);
  }
  const tree: LiveProcess[] = [];
  for (const pid of parents.keys()) {
    let at: number | undefined = pid;
    while (at !== undefined && at !== root) at = parents.get(at);
    const name = at === root ? nameOf(pid, root) : undefined;
    if (name !== undefined) tree.push({ pid, name });
  }
  return tree.sort((a, b) => a.pid - b.pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

function nameOf(pid: number, root: number): string | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    if (command === '') return undefined;
    if (pid === root) return 'server';
    const child = /([a-z]+)\.process\.js/.exec(command)?.[1];
    if (child) return child;
    if (command.startsWith('postgres:')) return 'postgres backend';
    if (/\/postgres /.test(command)) return 'postmaster';
    if (/main\.js worker/.test(command)) return 'worker';
    return command.slice(0, 60);
  } catch {
    return undefined;
  }
}
