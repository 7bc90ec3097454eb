import { expect, it } from 'vitest';
import { PixelBudget } from '../../../../src/ml/image/pixel-budget.js';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('admits small images together, large ones one after another, in order', async () => {
  const budget = new PixelBudget(10);
  const started: string[] = [];
  const gates = new Map(['a', 'b', 'large', 'c'].map((name) => [name, gate()]));
  const work = (name: string, pixels: number) =>
    budget.run(pixels, async () => {
      started.push(name);
      await gates.get(name)?.opened;
    });
  const all = [work('a', 4), work('b', 4), work('large', 99), work('c', 1)];
  await tick();
  expect(started).toEqual(['a', 'b']);
  gates.get('a')?.open();
  await tick();
  expect(started).toEqual(['a', 'b']);
  gates.get('b')?.open();
  await tick();
  expect(started).toEqual(['a', 'b', 'large']);
  gates.get('large')?.open();
  gates.get('c')?.open();
  await Promise.all(all);
  expect(started).toEqual(['a', 'b', 'large', 'c']);
});

it('gives back what a failed one took', async () => {
  const budget = new PixelBudget(1);
  await expect(budget.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await budget.run(1, async () => 'yes')).toBe('yes');
});
