import { afterAll, expect, test } from 'vitest';
import { pairedBootstrapMap } from '../../../../src/ml/metrics/bootstrap.js';
import { StatisticsProcess } from '../../../../src/ml/processes/statistics-process.js';

const statistics = new StatisticsProcess();
afterAll(() => statistics.close());

test('the child answers what the function says, and its refusals by their code', async () => {
  const set = (seed: number) => Float32Array.from({ length: 60 }, (_, i) => ((i * seed) % 17) / 17);
  const [a, b] = [[set(3), set(5)], [set(7)]];
  const targets = Uint8Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const options = { resamples: 50, level: 0.9, seed: 4 };
  const payload = { a, b, targets, numLabels: 2, options };
  expect(await statistics.pairedBootstrap(payload)).toEqual(
    pairedBootstrapMap(a, b, targets, 2, options),
  );
  await expect(
    statistics.pairedBootstrap({ ...payload, targets: new Uint8Array(60) }),
  ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  const { pids } = statistics;
  expect(pids).toHaveLength(1);
  expect(pids[0]).not.toBe(process.pid);
});
