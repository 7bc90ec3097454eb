import { ClipwrightError } from '../../../../src/errors/clipwright-error.js';
import { hostProcess } from '../../../../src/ml/processes/process-host.js';
import type { OddJobs } from './odd-jobs.methods.js';

let held: Buffer | undefined;

hostProcess<OddJobs>({
  pid: async () => process.pid,
  double: async (values) => values.map((value) => value * 2),
  environment: async (name) => process.env[name],
  fail: async (code) => {
    throw code === null ? new Error('unforeseen') : new ClipwrightError(code, 'foreseen', true);
  },
  die: async () => process.kill(process.pid, 'SIGKILL'),
  dieOnce: async (marker) => {
    const { existsSync, writeFileSync } = await import('node:fs');
    if (!existsSync(marker)) {
      writeFileSync(marker, '');
      process.kill(process.pid, 'SIGKILL');
    }
    return process.pid;
  },
  hang: async (_, { emit }) => {
    emit('hanging');
    return new Promise<undefined>(() => {});
  },
  block: async (_, { emit }) => {
    emit('blocking');
    await new Promise((resolve) => setImmediate(resolve));
    for (;;);
  },
  untilAborted: async (_, { signal, emit }) => {
    emit('started');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    emit('stopped');
    return process.pid;
  },
  count: async (to, { emit }) => {
    for (let i = 1; i <= to; i += 1) emit(i);
    return to;
  },
  hold: async (bytes) => {
    held = Buffer.alloc(bytes, 1);
    return held.length;
  },
  holdAndHang: async (bytes) => {
    held = Buffer.alloc(bytes, 1);
    return new Promise<undefined>(() => {});
  },
});
