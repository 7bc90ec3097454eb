import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { processEntry } from '../../../../src/ml/processes/process-entry.js';
import { ProcessPool, type ProcessPoolOptions } from '../../../../src/ml/processes/process-pool.js';
import type { OddJobs } from './odd-jobs.methods.js';

const ODD_JOBS = processEntry('odd-jobs.process', import.meta.url);
const MIB = 1024 * 1024;

const open: ProcessPool<OddJobs>[] = [];
function pool(options: Partial<ProcessPoolOptions> = {}): ProcessPool<OddJobs> {
  const made = new ProcessPool<OddJobs>({
    name: 'odd jobs',
    entry: ODD_JOBS,
    size: 1,
    concurrency: 4,
    timeoutMs: 20_000,
    ...options,
  });
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((made) => made.close()));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a request that never ends by itself, and resolves when the child is at it. */
async function started(
  jobs: ProcessPool<OddJobs>,
  method: 'hang' | 'block' | 'untilAborted',
  signal?: AbortSignal,
): Promise<{ end: Promise<unknown>; events: string[] }> {
  const events: string[] = [];
  const { promise: begun, resolve } = gate();
  const onEvent = (event: string) => {
    events.push(event);
    resolve();
  };
  const end = jobs.request(method, null, { onEvent, ...(signal ? { signal } : {}) });
  end.catch(() => {});
  await begun;
  return { end, events };
}

function gate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('requests', () => {
  it('carry typed arrays both ways', async () => {
    const doubled = await pool().request('double', Float32Array.of(1, 2.5));
    expect(doubled).toEqual(Float32Array.of(2, 5));
  });

  it('bring typed errors with their code, and others without one', async () => {
    const jobs = pool();
    await expect(jobs.request('fail', 'IMAGE_UNDECODABLE')).rejects.toMatchObject({
      name: 'ClipwrightError',
      code: 'IMAGE_UNDECODABLE',
      message: 'foreseen',
      retryable: true,
    });
    const unforeseen = jobs.request('fail', null);
    await expect(unforeseen).rejects.toThrow('unforeseen');
    await expect(unforeseen).rejects.not.toHaveProperty('code');
  });

  it('stream events before the result', async () => {
    const events: number[] = [];
    await pool().request('count', 5, { onEvent: (event) => events.push(event) });
    expect(events).toEqual([1, 2, 3, 4, 5]);
  });

  it('are spread over the children', async () => {
    const jobs = pool({ size: 2, concurrency: 1 });
    const stop = new AbortController();
    const ends = [
      await started(jobs, 'untilAborted', stop.signal),
      await started(jobs, 'untilAborted', stop.signal),
    ];
    expect(jobs.pids).toHaveLength(2);
    stop.abort();
    for (const { end } of ends) await expect(end).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('of a higher priority go first among those that wait', async () => {
    const jobs = pool({ concurrency: 1 });
    const stop = new AbortController();
    await started(jobs, 'untilAborted', stop.signal);
    const order: string[] = [];
    const waiting = [
      jobs.request('pid', null).then(() => order.push('first')),
      jobs.request('pid', null, { priority: 5 }).then(() => order.push('urgent')),
      jobs.request('pid', null).then(() => order.push('last')),
    ];
    stop.abort();
    await Promise.all(waiting);
    expect(order).toEqual(['urgent', 'first', 'last']);
  });
});

describe('a child that dies', () => {
  it('is replaced, and what it worked on is done by the next', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'clipwright-pool-'));
    try {
      const jobs = pool();
      const before = await jobs.request('pid', null);
      const after = await jobs.request('dieOnce', path.join(folder, 'marker'));
      expect(after).not.toBe(before);
      expect(isAlive(before)).toBe(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('by a kill from outside costs no request', async () => {
    const jobs = pool({ concurrency: 2 });
    const pid = await jobs.request('pid', null);
    const answers = Array.from({ length: 20 }, (_, i) =>
      jobs.request('double', Float32Array.of(i)),
    );
    process.kill(pid, 'SIGKILL');
    expect(await Promise.all(answers)).toEqual(answers.map((_, i) => Float32Array.of(2 * i)));
  });

  it('because of one request costs only that one', async () => {
    const jobs = pool();
    const poison = jobs.request('die', null);
    const neighbours = [1, 2, 3, 4, 5].map((value) =>
      jobs.request('double', Float32Array.of(value)),
    );
    await expect(poison).rejects.toMatchObject({ code: 'PROCESS_DIED', retryable: true });
    expect((await Promise.all(neighbours)).map(([value]) => value)).toEqual([2, 4, 6, 8, 10]);
  });

  it('is not asked twice where the caller has retries of its own', async () => {
    const jobs = pool({ retries: 0 });
    const { end } = await started(jobs, 'hang');
    process.kill(jobs.pids[0]!, 'SIGKILL');
    await expect(end).rejects.toMatchObject({ code: 'PROCESS_DIED' });
  });

  it('before it is ready fails what waits, and says how', async () => {
    const jobs = pool({ entry: processEntry('broken.process', import.meta.url) });
    await expect(jobs.request('pid', null)).rejects.toMatchObject({
      code: 'PROCESS_START_FAILED',
      message: expect.stringContaining('with code 1'),
    });
  });
});

describe('time', () => {
  it('ends a request that holds the event loop, and its neighbours are done by the next child', async () => {
    const jobs = pool();
    const blocked = jobs.request('block', null, { timeoutMs: 300 });
    const neighbour = jobs.request('double', Float32Array.of(4));
    await expect(blocked).rejects.toMatchObject({ code: 'PROCESS_TIMEOUT' });
    expect(await neighbour).toEqual(Float32Array.of(8));
    expect(await jobs.request('double', Float32Array.of(1))).toEqual(Float32Array.of(2));
  });
});

describe('an abort', () => {
  it('takes a waiting request out', async () => {
    const jobs = pool({ concurrency: 1 });
    const stop = new AbortController();
    await started(jobs, 'untilAborted', stop.signal);
    const waiting = new AbortController();
    const request = jobs.request('die', null, { signal: waiting.signal });
    waiting.abort(new Error('not wanted'));
    await expect(request).rejects.toThrow('not wanted');
    stop.abort();
    expect(await jobs.request('pid', null)).toBe(jobs.pids[0]);
  });

  it('reaches a running request, whose child lives on', async () => {
    const jobs = pool({ concurrency: 1 });
    const pid = await jobs.request('pid', null);
    const stop = new AbortController();
    const { end } = await started(jobs, 'untilAborted', stop.signal);
    stop.abort();
    await expect(end).rejects.toMatchObject({ name: 'AbortError' });
    expect(await jobs.request('pid', null)).toBe(pid);
  });

  it('kills a child that does not let go', async () => {
    const jobs = pool({ concurrency: 1, abortGraceMs: 50 });
    const stop = new AbortController();
    const { end } = await started(jobs, 'block', stop.signal);
    const [pid] = jobs.pids;
    stop.abort();
    await expect(end).rejects.toMatchObject({ name: 'AbortError' });
    expect(await jobs.request('pid', null)).not.toBe(pid);
  });

  it('before the request refuses it', async () => {
    const request = pool().request('pid', null, { signal: AbortSignal.abort(new Error('early')) });
    await expect(request).rejects.toThrow('early');
  });
});

describe('memory', () => {
  it('replaces a child that has grown, dropping nothing', async () => {
    const jobs = pool({ recycleBytes: 1, concurrency: 2 });
    const answers = Array.from({ length: 6 }, () => jobs.request('pid', null));
    const pids = new Set(await Promise.all(answers));
    expect(pids.size).toBeGreaterThanOrEqual(3);
    await vi.waitFor(() => expect([...pids].filter(isAlive)).toEqual([]), { timeout: 10_000 });
  });

  it('kills a child that grows beyond all bounds in the middle of its work', async () => {
    const jobs = pool({ killBytes: 300 * MIB });
    expect(await jobs.request('hold', MIB)).toBe(MIB);
    await expect(jobs.request('holdAndHang', 400 * MIB)).rejects.toMatchObject({
      code: 'PROCESS_DIED',
      message: expect.stringContaining('grown'),
    });
  });
});

describe('the life of a child', () => {
  it('is nicer than its parent, and does not see its secrets', async () => {
    vi.stubEnv('CLIPWRIGHT_TOKEN', 'secret');
    vi.stubEnv('DATABASE_URL', 'postgres://secret');
    try {
      const jobs = pool({ nice: 7, env: { SOME_SETTING: 'given' } });
      const pid = await jobs.request('pid', null);
      expect(getPriority(pid)).toBe(Math.min(getPriority() + 7, 19));
      expect(await jobs.request('environment', 'CLIPWRIGHT_TOKEN')).toBeUndefined();
      expect(await jobs.request('environment', 'DATABASE_URL')).toBeUndefined();
      expect(await jobs.request('environment', 'SOME_SETTING')).toBe('given');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('outlasts an interrupt, which is the parent’s to handle', async () => {
    const jobs = pool();
    const pid = await jobs.request('pid', null);
    process.kill(pid, 'SIGINT');
    process.kill(pid, 'SIGTERM');
    expect(await jobs.request('pid', null)).toBe(pid);
  });

  it('ends with close, which fails what runs and refuses what comes', async () => {
    const jobs = pool();
    const { end } = await started(jobs, 'hang');
    const { pids } = jobs;
    await jobs.close();
    await expect(end).rejects.toMatchObject({ code: 'PROCESS_CLOSED' });
    await expect(jobs.request('pid', null)).rejects.toMatchObject({ code: 'PROCESS_CLOSED' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends when its parent is killed', async () => {
    const { url, execArgv } = processEntry('doomed-parent', import.meta.url);
    const parent = fork(url, { execArgv: [...execArgv] });
    const [pid] = (await once(parent, 'message')) as [number];
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
  });
});
