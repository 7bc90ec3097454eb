// A process that takes the lock of a data directory: tsx lock-process.ts <directory> <hold | block>
// Prints 'held' or 'refused <message>'; 'block' then keeps its event loop busy.
import { acquireDataDirectoryLock } from '../../src/db/data-directory-lock.js';

const [directory = '', mode] = process.argv.slice(2);
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  try {
    await acquireDataDirectoryLock(directory);
    process.stdout.write('held\n');
    setInterval(() => {}, 1000);
    if (mode === 'block')
      setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20);
  } catch (error) {
    process.stdout.write(`refused ${(error as Error).message}\n`);
    process.exit(0);
  }
});
