import { describe, expect, test } from 'vitest';
import { packLabelSets } from '../../../../src/ml/data/label-sets.js';
import {
  type DecisionError,
  type ErrorSearch,
  WorstErrors,
} from '../../../../src/ml/metrics/worst-errors.js';
import { testRandom } from './random-split.js';

const [N, L] = [60, 3];
const random = testRandom(11);
/** Of eleven values, 0 and 1 among them: there are ties. */
const scores = Float32Array.from({ length: N * L }, () => Math.round(random() * 10) / 10);
const carried = Array.from({ length: N }, () => [0, 1, 2].filter(() => random() < 0.4));
const unknown = carried.map((own) => [0, 1, 2].filter((l) => !own.includes(l) && random() < 0.3));
const thresholds = [0.3, 0.5, 0.75];

/** In chunks of seven rows, as a file is read. */
function found(more: Partial<ErrorSearch> = {}) {
  const worst = new WorstErrors({
    labelSets: packLabelSets(carried.map((own, row) => [...own, ...unknown[row]!.map((l) => ~l)])),
    thresholds,
    label: null,
    kind: null,
    limit: 1000,
    ...more,
  });
  for (let row = 0; row < N; row += 7) worst.take(scores.subarray(row * L, (row + 7) * L));
  return worst.result();
}

const all: DecisionError[] = carried
  .flatMap((own, row) =>
    [0, 1, 2].flatMap((label): DecisionError[] => {
      const score = scores[row * L + label]!;
      const predicted = score >= thresholds[label]!;
      if (predicted === own.includes(label) || unknown[row]!.includes(label)) return [];
      const right = Math.max(1e-7, own.includes(label) ? score : 1 - score);
      const kind = predicted ? 'FALSE_POSITIVE' : 'FALSE_NEGATIVE';
      return [{ row, label, kind, score, loss: -Math.log(right) }];
    }),
  )
  .toSorted((a, b) => b.loss - a.loss || a.row - b.row || a.label - b.label);

/** Of these errors. */
const rowsOf = (errors: DecisionError[]) =>
  Int32Array.from(new Set(errors.map(({ row }) => row).toSorted((a, b) => a - b)));

describe('the worst errors', () => {
  test('are the wrong decisions, in descending order of loss', () => {
    expect(all.length).toBeGreaterThan(40);
    expect(found()).toEqual({ total: all.length, errors: all, rows: rowsOf(all) });
    expect(found().errors.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  test('are of one label, and of one kind, where that is asked for', () => {
    for (const label of [null, 0, 1, 2]) {
      for (const kind of [null, 'FALSE_POSITIVE', 'FALSE_NEGATIVE'] as const) {
        const wanted = all.filter(
          (error) =>
            (label === null || error.label === label) && (kind === null || error.kind === kind),
        );
        expect(wanted.length).toBeGreaterThan(0);
        expect(found({ label, kind })).toEqual({
          total: wanted.length,
          errors: wanted,
          rows: rowsOf(wanted),
        });
      }
    }
  });

  test('are counted, with all their rows, where only the first few are kept', () => {
    for (const limit of [1, 3, 10]) {
      expect(found({ limit })).toEqual({
        total: all.length,
        errors: all.slice(0, limit),
        rows: rowsOf(all),
      });
    }
  });
});
