import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Place, SOCKET_LOCK } from './place.js';

// How long each way of ending a PostgreSQL may take before the next, harder one.
const STOPS: readonly { signal: NodeJS.Signals; milliseconds: number }[] = [
  { signal: 'SIGINT', milliseconds: 20_000 }, // fast: rolls back, writes a checkpoint
  { signal: 'SIGQUIT', milliseconds: 5_000 }, // immediate: recovers from WAL at the next start
  { signal: 'SIGKILL', milliseconds: 5_000 },
];

const ORPHAN_WAIT = 500;

interface Postmaster {
  readonly pid: number;
  /** The data directory as that process knows it. */
  readonly data: string;
}

/**
 * Ends a PostgreSQL that a killed server left running on `data`, its backends included, and removes lock files that name
 * a zombie or some other process by now. The caller holds the data directory's lock, so whatever runs there has no server
 * any more.
 *
 * @returns the pid of the PostgreSQL that was stopped
 */
export async function stopLeftover({
  data,
  socketDirectory,
  clusterName,
}: Pick<Place, 'data' | 'socketDirectory' | 'clusterName'>): Promise<number | undefined> {
  const postmaster = await readPostmaster(data);
  let stopped: number | undefined;
  if (postmaster && (await isRunning(postmaster))) {
    await endPostmaster(postmaster);
    stopped = postmaster.pid;
  }
  // Backends of a postmaster that was killed hold its shared memory. An idle one notices and goes by itself; one that
  // computes does not, and nobody is left to hear its result.
  const deadline = Date.now() + ORPHAN_WAIT;
  while ((await backendsOf(clusterName)).length > 0 && Date.now() < deadline) await sleep(50);
  for (const pid of await backendsOf(clusterName)) signal(pid, 'SIGKILL');
  // PostgreSQL takes any living process with that pid for its own; a dead one's files it handles better than we could.
  if (postmaster && isAlive(postmaster.pid)) {
    await rm(join(data, 'postmaster.pid'), { force: true });
    await rm(join(socketDirectory, SOCKET_LOCK), { force: true });
  }
  return stopped;
}

/** Ends a postmaster by ever harder means, and waits until it is gone. */
export async function endPostmaster(postmaster: Postmaster): Promise<void> {
  for (const stop of STOPS) {
    signal(postmaster.pid, stop.signal);
    const deadline = Date.now() + stop.milliseconds;
    while (Date.now() < deadline) {
      if (!(await isRunning(postmaster))) return;
      await sleep(20);
    }
  }
}

/** The first two lines of postmaster.pid. */
async function readPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, path] = text.split('\n');
  return Number(pid) > 0 && path ? { pid: Number(pid), data: path } : undefined;
}

/** Its command line tells a postmaster from a process that got its pid later. */
async function isRunning({ pid, data }: Postmaster): Promise<boolean> {
  const command = await postgresCommand(pid);
  return command?.includes(` -D ${data} `) ?? false;
}

async function backendsOf(clusterName: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const commands = await Promise.all(pids.map(postgresCommand));
  return pids.filter((_, index) => commands[index]?.startsWith(`postgres: ${clusterName}: `));
}

/**
 * The command line of a process of PostgreSQL, undefined for any other and for a zombie. From what every user may read:
 * in a container root may not look into other users' processes.
 */
async function postgresCommand(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const ps = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
      () => undefined,
    );
    return ps?.stdout.includes('postgres') ? ps.stdout : undefined;
  }
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  if (name !== 'postgres\n') return undefined;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command === '' ? undefined : command.replaceAll('\0', ' ');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}
