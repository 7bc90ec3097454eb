import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EmbeddingPlan } from '../../../src/ml/clip/embedding-plan.js';
import type { EncoderDescription } from '../../../src/ml/clip/encoder-description.js';
import { EmbeddingPlans } from '../../../src/services/embedding-plans.js';
import { type Machine, PlanStore } from '../../../src/services/plan-store.js';

const MACHINE: Machine = { host: 'here', cpu: 'A', threads: 2, device: 'cpu' };
const FIRST: EmbeddingPlan = { processes: 2, threads: 1, batch: 16 };
const BEST: EmbeddingPlan = { processes: 1, threads: 2, batch: 32 };
const photos = (length: number) => ({ length, source: (i: number) => ({ path: `${i}.jpg` }) });
const [MANY, FEW] = [photos(5000), photos(20)];
const never = new AbortController().signal;
const encoder = (revision: string, precision = 'FP32') =>
  ({ revision, precision }) as EncoderDescription;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'clipwright-plans-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A server that was started on this machine; `measured` and `used` grow. */
function start(machine = MACHINE, result: EmbeddingPlan | null = BEST, candidates = [FIRST, BEST]) {
  const measured: string[] = [];
  const used: EmbeddingPlan[] = [];
  const plans = new EmbeddingPlans({
    store: new PlanStore(path.join(directory, 'plans.json'), machine),
    candidates: async () => candidates,
    measure: async ({ revision }) => {
      measured.push(revision);
      return result && { plan: result, imagesPerSecond: 1 };
    },
    use: (_, plan) => used.push(plan),
    onMeasured: () => {},
  });
  return { plans, measured, used };
}

it('measures once, and remembers it over a restart', async () => {
  const first = start();
  const both = [1, 2].map(() => first.plans.choose(encoder('a'), MANY, never));
  expect(await Promise.all(both)).toEqual([BEST, BEST]);
  const second = start();
  expect(await second.plans.choose(encoder('a'), MANY, never)).toEqual(BEST);
  expect([first.measured, second.measured]).toEqual([['a'], []]);
  expect([first.used, second.used]).toEqual([[BEST], [BEST]]);
});

it('does without for few images, and uses what is known then', async () => {
  const { plans, measured, used } = start();
  expect(await plans.choose(encoder('a'), FEW, never)).toBeUndefined();
  expect([measured, used]).toEqual([[], []]);
  await plans.choose(encoder('a'), MANY, never);
  expect(await plans.choose(encoder('a'), FEW, never)).toEqual(BEST);
});

it.each([
  ['encoder', encoder('b'), MACHINE],
  ['precision', encoder('a', 'INT8'), MACHINE],
  ['CPU', encoder('a'), { ...MACHINE, cpu: 'B' }],
  ['number of threads', encoder('a'), { ...MACHINE, threads: 3 }],
  ['device', encoder('a'), { ...MACHINE, device: 'cuda' }],
])('measures anew for another %s', async (_, of, machine) => {
  await start().plans.choose(encoder('a'), MANY, never);
  const { plans, measured } = start(machine);
  await plans.choose(of, MANY, never);
  expect(measured).toHaveLength(1);
});

it('throws away what this host measured as another machine, and keeps what others measured', async () => {
  await start().plans.choose(encoder('a'), MANY, never);
  await start({ ...MACHINE, host: 'there' }).plans.choose(encoder('a'), MANY, never);
  await start({ ...MACHINE, cpu: 'B' }).plans.choose(encoder('a'), MANY, never);
  const kept = JSON.parse(await readFile(path.join(directory, 'plans.json'), 'utf8'));
  expect(kept.map(({ machine }: { machine: Machine }) => [machine.host, machine.cpu])).toEqual([
    ['there', 'A'],
    ['here', 'B'],
  ]);
});

it('takes an unreadable file for none', async () => {
  await writeFile(path.join(directory, 'plans.json'), '[{"machine":');
  expect(await start().plans.choose(encoder('a'), MANY, never)).toEqual(BEST);
});

it('does as before where nothing could be measured, and asks again the next time', async () => {
  const { plans, measured } = start(MACHINE, null);
  expect(await plans.choose(encoder('a'), MANY, never)).toBeUndefined();
  await plans.choose(encoder('a'), MANY, never);
  expect(measured).toEqual(['a', 'a']);
});

it('measures nothing, and uses nothing, where a device leaves no choice', async () => {
  await start().plans.choose(encoder('a'), MANY, never);
  const { plans, measured, used } = start(MACHINE, BEST, [FIRST]);
  expect(await plans.choose(encoder('a'), MANY, never)).toBeUndefined();
  expect([measured, used]).toEqual([[], []]);
});
