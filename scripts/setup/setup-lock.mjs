import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './root.mjs';

const NAME = `clipwright-setup-${createHash('sha256').update(ROOT).digest('hex').slice(0, 16)}`;
// The kernel takes the socket away with the process. Its full length makes all versions of Node agree on the name.
const ADDRESSES = {
  linux: `\0${NAME}`.padEnd(108, '-'),
  win32: `\\\\.\\pipe\\${NAME}`,
};
const ADDRESS = ADDRESSES[process.platform] ?? join(tmpdir(), NAME);

/** Runs `work` while no other process sets this checkout up. */
export async function withSetupLock(work) {
  let waited = false;
  for (;;) {
    const server = await listen();
    if (server) {
      try {
        return await work();
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    }
    if (!waited) process.stderr.write('clipwright: waiting for another process that sets up\n');
    waited = true;
    if (ADDRESS.startsWith('/') && !(await answers())) rmSync(ADDRESS, { force: true });
    await sleep(100);
  }
}

function listen() {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(ADDRESS, () => resolve(server));
  });
}

function answers() {
  return new Promise((resolve) => {
    const socket = connect(ADDRESS);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}
