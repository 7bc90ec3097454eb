import { describe, expect, it } from 'vitest';
import { drawBeta } from '../../../../src/ml/data/beta.js';
import { Rng } from '../../../../src/ml/data/rng.js';

const COUNT = 40_000;

function draws(alpha: number): number[] {
  const rng = Rng.fromSeed(1);
  return Array.from({ length: COUNT }, () => drawBeta(rng, alpha));
}

describe('draws from Beta(α, α)', () => {
  it.each([0.05, 0.2, 0.5, 1, 2, 10])('have its moments: α = %f', (alpha) => {
    const sample = draws(alpha);
    const variance = 1 / (4 * (2 * alpha + 1));
    const fourth = (3 * variance ** 2 * (2 * alpha + 1)) / (2 * alpha + 3);
    const expected = { 1: 0, 2: variance, 3: 0, 4: fourth };
    for (const [power, moment] of Object.entries(expected)) {
      const powers = sample.map((x) => (x - 0.5) ** Number(power));
      const mean = powers.reduce((a, b) => a + b) / COUNT;
      const spread = powers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / COUNT;
      // Within four standard deviations of the mean.
      expect(Math.abs(mean - moment)).toBeLessThan(4 * Math.sqrt(spread / COUNT));
    }
  });

  it.each([
    [0.5, (x: number) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [1, (x: number) => x],
    [2, (x: number) => 3 * x ** 2 - 2 * x ** 3],
  ])('have its distribution: α = %f', (alpha, distribution) => {
    const sample = draws(alpha).sort((a, b) => a - b);
    const distance = Math.max(
      ...sample.map((x, i) => Math.abs(distribution(x) - (i + 0.5) / COUNT)),
    );
    // Kolmogorov and Smirnov: exceeded once in 10,000 times.
    expect(distance).toBeLessThan(2.23 / Math.sqrt(COUNT));
  });

  it('are numbers for the smallest α too', () => {
    const sample = draws(0.001);
    expect(sample.every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(sample.filter((x) => x > 0.5).length / COUNT).toBeCloseTo(0.5, 1);
  });
});
