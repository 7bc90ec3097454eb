import { describe, expect, test } from 'vitest';
import { Rng } from '../../../src/ml/data/rng.js';
import {
  type Halving,
  planRungs,
  promotableCells,
  type RungCell,
  rungEpochs,
} from '../../../src/services/rungs.js';

/** What a cell of a configuration reaches in a rung. */
type Results = (configuration: number, rung: number) => number;

/**
 * ASHA as algorithm 2 of 1810.05934 has it, of workers that take jobs: `get_job` looks from the top for a rung with a
 * configuration that can go up, and takes a new one otherwise.
 * @returns the jobs in the order in which they are taken, as `configuration:rung`
 */
function bruteForce(
  numConfigurations: number,
  { reduction, ...halving }: Halving,
  results: Results,
  rng: Rng,
  workers: number,
): string[] {
  const last = rungEpochs({ reduction, ...halving }).length - 1;
  const rungs: Map<number, number>[] = Array.from({ length: last + 1 }, () => new Map());
  const promoted = rungs.map(() => new Set<number>());
  let fresh = 0;
  const getJob = (): [number, number] | null => {
    for (let k = last - 1; k >= 0; k--) {
      const ranked = [...rungs[k]!]
        .sort(([, a], [, b]) => b - a)
        .map(([configuration]) => configuration);
      const top = ranked.slice(0, Math.floor(ranked.length / reduction));
      const up = top.find((configuration) => !promoted[k]!.has(configuration));
      if (up === undefined) continue;
      promoted[k]!.add(up);
      return [up, k + 1];
    }
    return fresh < numConfigurations ? [fresh++, 0] : null;
  };
  const jobs: string[] = [];
  const running: [number, number][] = [];
  const take = () => {
    const job = getJob();
    if (job) {
      running.push(job);
      jobs.push(job.join(':'));
    }
    return job !== null;
  };
  while (running.length < workers && take());
  while (running.length > 0) {
    const [[configuration, rung]] = running.splice(rng.below(running.length), 1) as [
      [number, number],
    ];
    rungs[rung]!.set(configuration, results(configuration, rung));
    while (running.length < workers && take());
  }
  return jobs;
}

/** The same with what is under test: what may go up goes up at every end of a run, and runs before anything new. */
function incremental(
  numConfigurations: number,
  halving: Halving,
  results: Results,
  rng: Rng,
  workers: number,
): string[] {
  interface Cell extends RungCell {
    configuration: number;
    score: number | null;
    promoted: boolean;
    begun: boolean;
  }
  const cells: Cell[] = Array.from({ length: numConfigurations }, (_, cell) => ({
    ...{ cell, configuration: cell, rung: 0 },
    ...{ score: null, promoted: false, begun: false },
  }));
  const jobs: string[] = [];
  const running: Cell[] = [];
  const advance = () => {
    for (const cell of promotableCells(cells, halving)) {
      cell.promoted = true;
      const up = { ...cell, cell: cells.length, rung: cell.rung + 1 };
      cells.push({ ...up, score: null, promoted: false, begun: false });
    }
    const waiting = cells.filter(({ begun }) => !begun);
    waiting.sort((a, b) => b.rung - a.rung || a.cell - b.cell);
    for (const cell of waiting.slice(0, workers - running.length)) {
      cell.begun = true;
      running.push(cell);
      jobs.push(`${cell.configuration}:${cell.rung}`);
    }
  };
  advance();
  while (running.length > 0) {
    const [cell] = running.splice(rng.below(running.length), 1) as [Cell];
    cell.score = results(cell.configuration, cell.rung);
    advance();
  }
  return jobs;
}

const CASES = Array.from({ length: 60 }, (_, seed) => seed);

describe('what goes up', () => {
  test.each(CASES)('is what a worker of ASHA would take, whatever the results (%i)', (seed) => {
    const rng = Rng.fromSeed(seed);
    const halving = { reduction: 2 + rng.below(3), minEpochs: 1 + rng.below(2), maxEpochs: 30 };
    const [n, workers] = [1 + rng.below(40), 1 + rng.below(6)];
    const known = new Map<string, number>();
    const results: Results = (configuration, rung) => {
      const key = `${configuration}:${rung}`;
      if (!known.has(key)) known.set(key, rng.uniform());
      return known.get(key)!;
    };
    const expected = bruteForce(n, halving, results, Rng.fromSeed(seed), workers);
    expect(incremental(n, halving, results, Rng.fromSeed(seed), workers)).toEqual(expected);
    const plan = planRungs(n, halving);
    for (const { rung, numCells, maxCells } of plan) {
      const begun = expected.filter((job) => job.endsWith(`:${rung}`)).length;
      expect(begun).toBeGreaterThanOrEqual(numCells);
      expect(begun).toBeLessThanOrEqual(maxCells);
    }
  });

  test('is planned exactly where results fall, and at most where they rise', () => {
    const halving = { reduction: 3, minEpochs: 1, maxEpochs: 27 };
    const sizes = (results: Results) => {
      const jobs = bruteForce(81, halving, results, Rng.fromSeed(1), 1);
      return [0, 1, 2, 3].map((rung) => jobs.filter((job) => job.endsWith(`:${rung}`)).length);
    };
    const plan = planRungs(81, halving);
    expect(plan.map(({ epochs }) => epochs)).toEqual([1, 3, 9, 27]);
    expect(plan.map(({ numCells }) => numCells)).toEqual([81, 27, 9, 3]);
    expect(sizes((configuration) => -configuration)).toEqual([81, 27, 9, 3]);
    expect(plan.map(({ maxCells }) => maxCells)).toEqual([81, 79, 77, 75]);
    expect(sizes((configuration) => configuration)).toEqual([81, 79, 77, 75]);
  });

  test('needs a result; equal ones go by number, and the last rung is the end', () => {
    const halving = { reduction: 2, minEpochs: 4, maxEpochs: 15 };
    const cell = (number: number, rung: number, score: number | null, promoted = false) => ({
      ...{ cell: number, rung, score, promoted },
    });
    expect(rungEpochs(halving)).toEqual([4, 8]);
    const cells = [
      cell(0, 0, 0.5),
      cell(1, 0, null),
      cell(2, 0, 0.7, true),
      cell(3, 0, 0.5),
      cell(4, 0, 0.1),
      cell(5, 1, 0.9),
      cell(6, 1, 0.8),
    ];
    expect(promotableCells(cells, halving).map(({ cell: number }) => number)).toEqual([0]);
  });
});
