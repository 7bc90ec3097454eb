import { expect, it } from 'vitest';
import { measurePlans } from '../../../../src/ml/processes/measure-plans.js';
import { candidatePlans } from '../../../../src/ml/processes/plan-inference.js';

const MIB = 1024 * 1024;
const never = () => false;

/** Milliseconds an image by plan, times how slow the machine is at that moment. */
function machine(times: Record<string, number>, slowness: (run: number) => number = () => 1) {
  let runs = 0;
  return async (plan: string) => times[plan]! * slowness(runs++);
}

it('finds the fastest plan, also on a machine that gets four times slower meanwhile', async () => {
  const times = { first: 10, slow: 12, fast: 8 };
  const slower = machine(times, (run) => (run < 6 ? 1 : 4));
  const measured = await measurePlans(['first', 'slow', 'fast'], slower, never);
  expect(measured?.plan).toBe('fast');
});

it('is not misled by one disturbed round', async () => {
  // The first plan's second round: it looks ten times slower than it is.
  const disturbed = machine({ first: 10, other: 11 }, (run) => (run === 2 ? 10 : 1));
  expect((await measurePlans(['first', 'other'], disturbed, never))?.plan).toBe('first');
});

it('stays with the first plan where another is hardly faster', async () => {
  const measured = await measurePlans(
    ['first', 'other'],
    machine({ first: 10, other: 9.8 }),
    never,
  );
  expect(measured).toEqual({ plan: 'first', imagesPerSecond: 100 });
});

it('says nothing where time was up after two rounds', async () => {
  let asked = 0;
  const plans = ['first', 'other'];
  const run = machine({ first: 10, other: 5 });
  expect(await measurePlans(plans, run, () => ++asked > 5)).toBeNull();
  asked = 0;
  expect((await measurePlans(plans, run, () => ++asked > 7))?.plan).toBe('other');
});

it('tries both spreads of a small model, and only one copy of a large one', () => {
  const small = candidatePlans(2, 12 * MIB);
  expect(small[0]).toEqual({ processes: 2, threads: 1, batch: 16 });
  expect(small).toHaveLength(6);
  expect(small).toContainEqual({ processes: 1, threads: 2, batch: 24 });
  const large = candidatePlans(8, 600 * MIB);
  expect(large.map(({ processes, threads }) => [processes, threads])).toEqual([
    [1, 8],
    [1, 8],
    [1, 8],
  ]);
});
