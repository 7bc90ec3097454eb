import { expect, test } from 'vitest';
import { Turns } from '../../../../src/ml/processes/turns.js';

test('work begins when what came before it has ended, also where that has failed', async () => {
  const queue = new Turns();
  const seen: string[] = [];
  const work = (name: string, fails: boolean) =>
    queue.take(async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([work('a', true), work('b', false), work('c', false)]);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

test('more than may wait are refused, until one has had its turn', async () => {
  const queue = new Turns(2);
  let end = () => {};
  const first = new Promise<void>((resolve) => {
    end = resolve;
  });
  const waiting = [queue.take(() => first), queue.take(async () => 'second')];
  await expect(queue.take(async () => 'third')).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    message: expect.stringContaining('2 requests'),
  });
  end();
  await Promise.all(waiting);
  expect(await queue.take(async () => 'fourth')).toBe('fourth');
});
