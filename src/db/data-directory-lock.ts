import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClipwrightError } from '../errors/clipwright-error.js';

/** Held from `acquireDataDirectoryLock` until `release` or the end of the process, however it ends. */
export interface DataDirectoryLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number | undefined;
  readonly command: string | undefined;
}

// Node 20 fills a shorter abstract name up with zeros, Node 22 does not: at full length they mean the same socket.
const ABSTRACT_NAME_BYTES = 108;

const ANSWER_WAIT = 1_000;
// How long an address may be taken while nobody answers there: a holder that is just going.
const GOING_WAIT = 2_000;

/**
 * Makes this process the only server on a data directory. The lock is a listening socket, which the kernel takes away
 * with the process: on Linux an abstract one, named by the directory's device and inode, so that another path to the
 * same directory is the same lock. A holder that does not answer, as its event loop is blocked, still holds it.
 *
 * On Windows a named pipe does the same. On macOS it is a socket file, which stays behind after a kill and is taken over
 * when nobody listens on it. Containers that share a directory but no network namespace are not told apart.
 *
 * @throws ClipwrightError DATA_DIRECTORY_IN_USE, with the holder's pid
 */
export async function acquireDataDirectoryLock(directory: string): Promise<DataDirectoryLock> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const address = await lockAddress(directory);
  const pidFile = join(directory, 'server.pid');
  const giveUp = Date.now() + GOING_WAIT;
  for (;;) {
    const server = await listen(address);
    if (server) {
      if (isFile(address) && (await askHolder(address))?.pid !== process.pid) {
        server.close();
        continue;
      }
      await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 });
      return {
        release: async () => {
          await rm(pidFile, { force: true });
          await new Promise((resolve) => server.close(resolve));
        },
      };
    }
    const holder = await askHolder(address);
    if (holder || Date.now() > giveUp) throw await inUse(directory, pidFile, holder);
    if (isFile(address)) await rm(address, { force: true });
    await sleep(10);
  }
}

async function lockAddress(directory: string): Promise<string> {
  if (process.platform === 'linux') {
    const { dev, ino } = await stat(directory, { bigint: true });
    return `\0clipwright-data-${dev}-${ino}`.padEnd(ABSTRACT_NAME_BYTES, '-');
  }
  const path = await realpath(directory);
  const name = `clipwright-data-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

function isFile(address: string): boolean {
  return address.startsWith('/');
}

/** undefined: somebody else listens there. */
function listen(address: string): Promise<Server | undefined> {
  const answer = JSON.stringify({ pid: process.pid, command: process.argv.join(' ') });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(`${answer}\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Who listens there; undefined: nobody (any more). */
function askHolder(address: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(address);
    const silent = setTimeout(() => finish({ pid: undefined, command: undefined }), ANSWER_WAIT);
    const finish = (holder: Holder | undefined) => {
      clearTimeout(silent);
      socket.destroy();
      resolve(holder);
    };
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => finish(parseHolder(answer)));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const nobody = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
      // Reset: it ended while it answered. Anything else, such as a full queue, means that it lives.
      if (nobody || error.code === 'ECONNRESET') finish(undefined);
      else finish({ pid: undefined, command: undefined });
    });
  });
}

function parseHolder(answer: string): Holder {
  try {
    const { pid, command } = JSON.parse(answer);
    return { pid: Number(pid), command: String(command) };
  } catch {
    return { pid: undefined, command: undefined };
  }
}

async function inUse(
  directory: string,
  pidFile: string,
  holder: Holder | undefined,
): Promise<ClipwrightError> {
  // A holder that does not answer has left its pid.
  const left = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  const pid = holder?.pid ?? (left || undefined);
  const command = holder?.command ? ` (${holder.command})` : '';
  const who = pid === undefined ? 'another process' : `process ${pid}${command}`;
  return new ClipwrightError(
    'DATA_DIRECTORY_IN_USE',
    `the data directory ${directory} is in use by ${who}: stop that server first, ` +
      'or set CLIPWRIGHT_DATA to another directory',
  );
}
