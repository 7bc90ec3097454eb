import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../../src/ml/data/rng.js';
import { minimizeMany, type Problems } from '../../../../../src/ml/train/probe/many-lbfgs.js';

const OPTIONS = { tolerance: 1e-12, maxEvaluations: 400 };

/** For each row of `least`: ½ Σ curvature·(x − least)² + height. Not convex where a curvature is negative. */
function parabolas(least: number[][], curvatures: number[][], height = 1): Problems {
  const dimension = least[0]!.length;
  return {
    count: least.length,
    dimension,
    scale: new Float32Array(least.length * dimension).fill(1),
    async evaluate(points) {
      const values = new Float64Array(least.length).fill(height);
      const gradients = points.map((x, at) => {
        const [k, i] = [Math.floor(at / dimension), at % dimension];
        const away = x - least[k]![i]!;
        values[k]! += (curvatures[k]![i]! * away * away) / 2;
        return curvatures[k]![i]! * away;
      });
      return { values, gradients };
    },
  };
}

describe('minimizing many problems', () => {
  it('finds the least of each, however differently they are scaled', async () => {
    const rng = Rng.fromSeed(1);
    const draw = () => Array.from({ length: 12 }, () => 4 * rng.uniform() - 2);
    const least = [draw(), draw(), draw()];
    const curvatures = [1, 30, 0.01].map((size) => draw().map((x) => size * (Math.abs(x) + 0.1)));
    const problems = parabolas(least, curvatures);
    const points = new Float32Array(36);
    const memory = { steps: [], changes: [] };
    const { unsolved } = await minimizeMany(problems, points, memory, OPTIONS);
    expect(unsolved).toBe(0);
    least.flat().forEach((x, i) => {
      expect(points[i]).toBeCloseTo(x, 3);
    });
  });

  it('shortens a step that goes too far, for its own problem alone', async () => {
    const problems = parabolas([[1], [1]], [[1000], [1]]);
    const evaluated: number[][] = [];
    const watched: Problems = {
      ...problems,
      evaluate: (points) => {
        evaluated.push([...points]);
        return problems.evaluate(points);
      },
    };
    const points = new Float32Array(2);
    await minimizeMany(watched, points, { steps: [], changes: [] }, OPTIONS);
    expect(points[0]).toBeCloseTo(1, 5);
    expect(points[1]).toBeCloseTo(1, 5);
    // The second is at its least after one step, and is left there.
    expect(evaluated.slice(1).every(([, second]) => second === 1)).toBe(true);
    expect(evaluated[1]![0]).toBeGreaterThan(1);
  });

  it('asks for nothing more once all are solved, and stops at the limit', async () => {
    const problems = parabolas([[0, 0]], [[1, 2]]);
    const there = new Float32Array(2);
    const none = { steps: [], changes: [] };
    expect((await minimizeMany(problems, there, none, OPTIONS)).evaluations).toBe(1);
    const far = parabolas([[5, 5, 5, 5]], [[1, 10, 100, 1000]]);
    const limited = { ...OPTIONS, maxEvaluations: 3 };
    const start = new Float32Array(4);
    const { evaluations, unsolved } = await minimizeMany(
      far,
      start,
      { steps: [], changes: [] },
      limited,
    );
    expect({ evaluations, unsolved }).toEqual({ evaluations: 3, unsolved: 1 });
  });

  it('leaves what it could not solve at the last step that was good, to which its value belongs', async () => {
    const problems = parabolas([[1], [1]], [[1000], [1]]);
    const points = new Float32Array(2);
    // The second evaluation finds that the first problem's step was too long; a shorter one is not tried any more.
    const limited = { ...OPTIONS, maxEvaluations: 2 };
    const { values, unsolved } = await minimizeMany(
      problems,
      points,
      { steps: [], changes: [] },
      limited,
    );
    expect(unsolved).toBe(1);
    expect([...points]).toEqual([0, 1]);
    expect([...values]).toEqual([...(await problems.evaluate(points)).values]);
  });
});
