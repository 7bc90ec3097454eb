import { expect, test } from 'vitest';
import { estimateSeconds } from '../../../src/services/estimate-seconds.js';

const known = [
  { head: 'LINEAR', samples: 1000, secondsPerEpoch: 1, runs: 3 },
  { head: 'LINEAR', samples: 2000, secondsPerEpoch: 6, runs: 1 },
  { head: 'MLP', samples: 1000, secondsPerEpoch: 5, runs: 1 },
  { head: 'MLP', samples: 100_000, secondsPerEpoch: 1, runs: 9 },
];

test('time follows from finished runs of the same head, in proportion to samples and epochs', () => {
  // Linear: (3 × 0.001 + 1 × 0.003) / 4 = 0.0015 s a sample and epoch; MLP: 0.005, the large one left out.
  expect(estimateSeconds([{ head: 'LINEAR', epochs: 10 }], 2000, known)).toBeCloseTo(30, 10);
  expect(estimateSeconds([{ head: 'MLP', epochs: 2 }], 500, known)).toBeCloseTo(5, 10);
  const both = [
    { head: 'LINEAR', epochs: 10 },
    { head: 'MLP', epochs: 2 },
  ];
  expect(estimateSeconds(both, 1000, known)).toBeCloseTo(15 + 10, 10);
});

test('a head that was never trained is taken for the mean of all that were', () => {
  // (3 × 0.001 + 0.003 + 0.005) / 5 = 0.0022
  expect(estimateSeconds([{ head: 'NEW', epochs: 1 }], 1000, known)).toBeCloseTo(2.2, 10);
});

test('nothing is said where nothing of similar size was trained, and nothing takes no time', () => {
  expect(estimateSeconds([{ head: 'MLP', epochs: 1 }], 10_000, known)).toBeNull();
  expect(estimateSeconds([{ head: 'MLP', epochs: 1 }], 1000, [])).toBeNull();
  expect(estimateSeconds([], 1000, [])).toBe(0);
});
