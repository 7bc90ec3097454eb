import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { PackWriter } from '../../../src/services/pack-writer.js';
import { groupsOf, pipelined } from '../../../src/services/pipelined.js';
import { ProgressMeter } from '../../../src/services/progress-meter.js';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('pipelined', () => {
  it('gives results in order, with no more under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const results = pipelined(numbers(20), 3, async (item) => {
      most = Math.max(most, ++underWay);
      await sleep(((item * 7) % 5) * 2);
      underWay--;
      return item * 2;
    });
    expect(await all(results)).toEqual(Array.from({ length: 20 }, (_, i) => i * 2));
    expect(most).toBe(3);
  });

  it('throws the first failure in order once everything under way has ended', async () => {
    let ended = 0;
    const results = pipelined(numbers(10), 4, async (item) => {
      await sleep(item === 1 ? 1 : 10);
      ended++;
      if (item === 1) throw new Error('one');
      return item;
    });
    await expect(all(results)).rejects.toThrow('one');
    expect(ended).toBe(5);
  });

  it('waits for what is under way when the consumer stops', async () => {
    let ended = 0;
    for await (const item of pipelined(numbers(10), 3, async (each) => {
      await sleep(5);
      ended++;
      return each;
    })) {
      if (item === 0) break;
    }
    expect(ended).toBe(3);
  });
});

describe('groupsOf', () => {
  it('gathers items, the last group being what is left', async () => {
    expect(await all(groupsOf(numbers(7), 3))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(await all(groupsOf(numbers(0), 3))).toEqual([]);
  });
});

describe('progress meter', () => {
  it('counts earlier work as progress but not as pace', () => {
    let now = 0;
    const meter = new ProgressMeter(100, 50, () => now);
    expect(meter.update()).toEqual({ progress: 0.5 });
    now = 10_000;
    meter.add(10);
    expect(meter.update()).toEqual({ progress: 0.6, etaSeconds: 40 });
    meter.add(60);
    expect(meter.update()).toEqual({ progress: 1, etaSeconds: 0 });
  });
});

describe('pack writer', () => {
  it('writes a pack when it is full, and the rest when asked', async () => {
    const packs: { values: number[]; contents: number }[] = [];
    const writer = new PackWriter({ dimension: 2, tokenValues: 0 }, async (bytes, contents) => {
      const floats = new Float32Array(new Uint8Array(bytes).buffer);
      packs.push({ values: [floats[0]!, floats.at(-1)!], contents: contents.length });
    });
    for (let batch = 0; batch < 33; batch++) {
      await writer.add(
        Array.from({ length: 16 }, () => new Float32Array(2).fill(batch)),
        Array.from({ length: 16 }, () => Buffer.alloc(32)),
      );
    }
    expect(packs).toEqual([{ values: [0, 31], contents: 512 }]);
    await writer.flush();
    await writer.flush();
    expect(packs.slice(1)).toEqual([{ values: [32, 32], contents: 16 }]);
    await expect(writer.add([new Float32Array(3)], [Buffer.alloc(32)])).rejects.toThrow(RangeError);
  });
});
