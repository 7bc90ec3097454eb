import { expect, test } from 'vitest';
import { PAGE, SparseList } from '../../../web/src/parts/sparse-list.ts';

interface Asked {
  offset: number;
  counts: boolean;
  answer(): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** A list of so many numbers whose pages come when the test lets them. */
function listOf(length: number) {
  const asked: Asked[] = [];
  const list = new SparseList<number>(({ first, offset, counts }) => {
    let resolve: (page: { nodes: number[]; totalCount?: number }) => void;
    let reject: (error: Error) => void;
    const promise = new Promise<{ nodes: number[]; totalCount?: number }>((yes, no) => {
      [resolve, reject] = [yes, no];
    });
    const settled = async (act: () => void) => {
      act();
      await promise.catch(() => {});
      await new Promise(setImmediate);
    };
    const nodes = Array.from(
      { length: Math.max(0, Math.min(first, length - offset)) },
      (_, i) => offset + i,
    );
    asked.push({
      offset,
      counts,
      answer: () => settled(() => resolve(counts ? { nodes, totalCount: length } : { nodes })),
      fail: (error) => settled(() => reject(error)),
    });
    return promise;
  });
  /** Lets everything come that is asked for, until nothing is. */
  const answerAll = async () => {
    for (let next = asked.shift(); next; next = asked.shift()) await next.answer();
  };
  return { list, asked, answerAll };
}

test('the first page tells the length, and no other asks for it', async () => {
  const { list, asked } = listOf(30_000);
  expect(list.totalCount).toBeNull();
  list.show(0, 1);
  expect(asked.map(({ offset, counts }) => [offset, counts])).toEqual([[0, true]]);
  await asked.shift()!.answer();
  expect(list.totalCount).toBe(30_000);
  expect(list.at(7)).toBe(7);
  list.show(60, 120);
  expect(asked.map(({ offset, counts }) => [offset, counts])).toEqual([[PAGE, false]]);
});

test('any part is read by itself, to the very end', async () => {
  const { list, asked, answerAll } = listOf(30_007);
  list.show(0, 1);
  await answerAll();
  list.show(29_950, 30_012);
  expect(asked.map(({ offset }) => offset)).toEqual([29_900, 30_000]);
  await answerAll();
  for (let index = 29_950; index < 30_007; index++) expect(list.at(index)).toBe(index);
  expect(list.at(30_007)).toBeUndefined();
  expect(list.at(15_000)).toBeUndefined();
});

test('what somebody has scrolled past is not asked for, and what is in view comes first', async () => {
  const { list, asked, answerAll } = listOf(30_000);
  list.show(0, 1);
  await answerAll();
  for (let from = 1000; from <= 20_000; from += 1000) list.show(from, from + 80);
  expect(asked).toHaveLength(2);
  await asked.shift()!.answer();
  await asked.shift()!.answer();
  expect(asked.map(({ offset }) => offset)).toContain(20_000);
  await answerAll();
  expect(list.at(20_050)).toBe(20_050);
  expect(list.at(10_050)).toBeUndefined();
});

test('few pages are kept, those near what is shown', async () => {
  const { list, answerAll } = listOf(30_000);
  list.show(0, 1);
  await answerAll();
  for (let from = 0; from + 100 <= 30_000; from += 100) {
    list.show(from, from + 100);
    await answerAll();
    expect(list.at(from + 50)).toBe(from + 50);
  }
  const known = Array.from({ length: 30_000 }, (_, i) => i).filter(
    (index) => list.at(index) !== undefined,
  );
  expect(known.length).toBeLessThanOrEqual(20 * PAGE);
  expect(known.at(-1)).toBe(29_999);
});

test('after a failure nothing is asked for until somebody tries again', async () => {
  const { list, asked, answerAll } = listOf(300);
  list.show(0, 1);
  await asked.shift()!.fail(new Error('gone'));
  expect(list.error).toEqual(new Error('gone'));
  list.show(0, 200);
  expect(asked).toEqual([]);
  list.retry();
  expect(list.error).toBeNull();
  await answerAll();
  expect(list.at(0)).toBe(0);
});

test('every change is told', async () => {
  const { list, answerAll } = listOf(10);
  let told = 0;
  const stop = list.subscribe(() => told++);
  const before = list.snapshot();
  list.show(0, 1);
  expect(list.isLoading).toBe(true);
  await answerAll();
  expect(list.isLoading).toBe(false);
  expect(told).toBeGreaterThan(0);
  expect(list.snapshot()).toBeGreaterThan(before);
  stop();
  const last = told;
  list.show(0, 10);
  list.retry();
  expect(told).toBe(last);
});
