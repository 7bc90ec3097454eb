import { expect, it } from 'vitest';
import { MicroBatcher } from '../../../../src/ml/clip/micro-batcher.js';

interface End {
  resolve(outputs: readonly string[]): void;
  reject(reason: unknown): void;
}

/** Batches that end when the test says so. */
function controlled(limits: { batch: number; concurrency: number }) {
  const runs: { inputs: readonly number[]; end: End }[] = [];
  const batcher = new MicroBatcher((inputs: readonly number[]) => {
    return new Promise<readonly string[]>((resolve, reject) => {
      runs.push({ inputs, end: { resolve, reject } });
    });
  }, limits);
  return { batcher, runs };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('starts a single request at once and gathers what comes meanwhile', async () => {
  const { batcher, runs } = controlled({ batch: 8, concurrency: 1 });
  const first = batcher.add(1);
  await tick();
  const later = [batcher.add(2), batcher.add(3)];
  await tick();
  expect(runs.map(({ inputs }) => inputs)).toEqual([[1]]);
  runs[0]!.end.resolve(['one']);
  expect(await first).toBe('one');
  await tick();
  expect(runs.map(({ inputs }) => inputs)).toEqual([[1], [2, 3]]);
  runs[1]!.end.resolve(['two', 'three']);
  expect(await Promise.all(later)).toEqual(['two', 'three']);
});

it('puts requests of one tick together, up to the limit', async () => {
  const { batcher, runs } = controlled({ batch: 2, concurrency: 2 });
  for (let input = 0; input < 5; input += 1) void batcher.add(input).catch(() => {});
  await tick();
  expect(runs.map(({ inputs }) => inputs)).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

it('fails a batch together and goes on with the next', async () => {
  const { batcher, runs } = controlled({ batch: 1, concurrency: 1 });
  const bad = batcher.add(1);
  const good = batcher.add(2);
  await tick();
  runs[0]!.end.reject(new Error('no'));
  await expect(bad).rejects.toThrow('no');
  await tick();
  runs[1]!.end.resolve(['yes']);
  expect(await good).toBe('yes');
});
