import { describe, expect, test } from 'vitest';
import { FUSIONS } from '../../../src/ml/nn/fusions/table.js';
import { HEADS } from '../../../src/ml/nn/heads/table.js';
import { LOSSES } from '../../../src/ml/nn/losses/table.js';
import { OPTIMIZERS, stepOptimizer } from '../../../src/ml/nn/optimizers/table.js';
import { fillRunConfig } from '../../../src/ml/train/run-config.js';
import { RangeOption } from '../../../src/schema/experiment-search.enums.js';
import { drawCells } from '../../../src/services/draw-cells.js';
import { type AxesInput, fillAxes } from '../../../src/services/experiment-axes.js';
import { canonicalJson } from '../../../src/services/run-manifest.js';
import { fillSearch, type SearchInput } from '../../../src/services/search.js';
import { RANGE_OPTIONS } from '../../../src/services/search-ranges.js';

const base = fillRunConfig({});
const search = (given: SearchInput & Record<string, unknown>, axes: AxesInput = {}) =>
  fillSearch(given, base, fillAxes(axes, base, {}))!;
const draw = (given: SearchInput & Record<string, unknown>, axes: AxesInput = {}) =>
  drawCells(base, fillAxes(axes, base, {}), 1, search(given, axes)).map(({ config }) => config);

const HEADS_AND_LOSSES = {
  heads: [{ kind: 'LINEAR' }, { kind: 'MLP' }, { kind: 'COSINE' }],
  losses: [{ kind: 'BCE' }, { kind: 'FOCAL' }],
  batchSizes: [64, 128, 256],
};

test('every option of a range is one of some kind, and the API has the same', () => {
  expect(Object.keys(RangeOption)).toEqual(Object.keys(RANGE_OPTIONS));
  const tables = { head: HEADS, fusion: FUSIONS, loss: LOSSES, optimizer: OPTIMIZERS };
  for (const { part, option } of Object.values(RANGE_OPTIONS)) {
    const owners = part ? Object.values(tables[part]).map(({ options }) => options) : [base];
    expect([option, owners.some((owner) => Object.hasOwn(owner, option))]).toEqual([option, true]);
  }
});

test('a range of an option that the schedule has not is refused, and one of its own is not', () => {
  const ranges = [{ option: 'WARMUP_EPOCHS', low: 0, high: 1 }] as const;
  const warm = { optimizers: [{ kind: 'ADAMW', schedule: 'WARMUP_COSINE' }] };
  expect(draw({ kind: 'RANDOM', cells: 3, ranges }, warm)).toHaveLength(3);
  const mixed = { optimizers: [...warm.optimizers, { kind: 'ADAMW', schedule: 'STEP' }] };
  expect(() => draw({ kind: 'RANDOM', cells: 3, ranges }, mixed)).toThrow(
    '`search.ranges[0]`: expected no such option with schedule STEP, as WARMUP_COSINE has it, for `optimizer.warmupEpochs`',
  );
});

describe('cells', () => {
  test('are drawn without repeats, down to the last combination', () => {
    const cells = draw({ kind: 'RANDOM', cells: 18 }, HEADS_AND_LOSSES);
    expect(new Set(cells.map(canonicalJson)).size).toBe(18);
    expect(() => draw({ kind: 'RANDOM', cells: 19 }, HEADS_AND_LOSSES)).toThrow(
      'expected at most 18 for `search.cells`, as many as axes and ranges have, but received 19',
    );
    expect(draw({ kind: 'HALVING' }, HEADS_AND_LOSSES)).toHaveLength(18);
  });

  test('of a larger search begin with those of a smaller one; another seed draws others', () => {
    const ranges = [{ option: 'LEARNING_RATE', low: 1e-4, high: 1e-1, scale: 'LOG' }] as const;
    const few = draw({ kind: 'RANDOM', cells: 5, seed: 7, ranges }, HEADS_AND_LOSSES);
    const many = draw({ kind: 'RANDOM', cells: 30, seed: 7, ranges }, HEADS_AND_LOSSES);
    expect(many.slice(0, 5)).toEqual(few);
    const others = draw({ kind: 'RANDOM', cells: 5, seed: 8, ranges }, HEADS_AND_LOSSES);
    expect(others).not.toEqual(few);
    for (const cell of many) expect(fillRunConfig(cell)).toEqual(cell);
  });

  test('have every value of an axis equally often, and numbers uniform in their range or its logarithm', () => {
    const cells = draw(
      {
        kind: 'RANDOM',
        cells: 1000,
        ranges: [
          { option: 'LEARNING_RATE', low: 1e-4, high: 1e-1, scale: 'LOG' },
          { option: 'DROPOUT', low: 0.1, high: 0.5 },
          { option: 'BATCH_SIZE', low: 16, high: 512, scale: 'LOG' },
          { option: 'MIXUP', low: 0, high: 1 },
        ],
      },
      { heads: [{ kind: 'MLP' }, { kind: 'TRANSFORMER' }] },
    );
    const share = (holds: (cell: (typeof cells)[number]) => boolean) =>
      cells.filter(holds).length / cells.length;
    // 1,000 draws of probability ½ are within 0.05 of it with 99.8 %.
    expect(share(({ head }) => head.kind === 'MLP')).toBeCloseTo(0.5, 1);
    expect(
      share(({ optimizer }) => stepOptimizer(optimizer).learningRate < Math.sqrt(1e-5)),
    ).toBeCloseTo(0.5, 1);
    expect(share(({ head }) => (head as { dropout: number }).dropout < 0.3)).toBeCloseTo(0.5, 1);
    expect(share(({ batchSize }) => batchSize < Math.sqrt(16 * 512))).toBeCloseTo(0.5, 1);
    expect(share(({ mixup }) => mixup < 0.5)).toBeCloseTo(0.5, 1);
    for (const { optimizer, head, batchSize } of cells) {
      expect(stepOptimizer(optimizer).learningRate).toBeGreaterThanOrEqual(1e-4);
      expect(stepOptimizer(optimizer).learningRate).toBeLessThanOrEqual(1e-1);
      expect((head as { dropout: number }).dropout).toBeGreaterThanOrEqual(0.1);
      expect((head as { dropout: number }).dropout).toBeLessThanOrEqual(0.5);
      expect(Number.isInteger(batchSize) && batchSize >= 16 && batchSize <= 512).toBe(true);
    }
  });
});

describe('a search', () => {
  test('is filled in', () => {
    expect(fillSearch(undefined, base, fillAxes({}, base, {}))).toBeNull();
    expect(fillSearch({ kind: 'GRID' }, base, fillAxes({}, base, {}))).toBeNull();
    expect(search({ kind: 'HALVING', cells: 9 })).toEqual({
      kind: 'HALVING',
      cells: 9,
      seed: 1,
      ranges: [],
      reduction: 3,
      minEpochs: 1,
      maxEpochs: 30,
      budgetRuns: null,
      budgetEpochs: null,
    });
  });

  const range = { option: 'DROPOUT', low: 0.1, high: 0.5 } as const;
  test.each<[string, SearchInput & Record<string, unknown>, AxesInput, string]>([
    [
      'cells in a grid',
      { kind: 'GRID', cells: 3 },
      {},
      'expected no such option with kind GRID for `search.cells`',
    ],
    [
      'ranges in a grid',
      { kind: 'GRID', ranges: [range] },
      {},
      'expected none with kind GRID for `search.ranges`',
    ],
    ['no number of cells', { kind: 'RANDOM' }, {}, 'expected how many to draw for `search.cells`'],
    [
      'no number of cells but a range',
      { kind: 'HALVING', ranges: [range] },
      {},
      'for `search.cells`',
    ],
    ['rungs of a random one', { kind: 'RANDOM', cells: 3, reduction: 3 }, {}, '`search.reduction`'],
    ['a reduction by one', { kind: 'HALVING', cells: 3, reduction: 1 }, {}, 'from 2 to 10'],
    [
      'one rung',
      { kind: 'HALVING', cells: 3, minEpochs: 11 },
      {},
      'minEpochs × reduction (11 × 3)',
    ],
    [
      'epochs as an axis',
      { kind: 'HALVING', cells: 2 },
      { epochs: [1, 2] },
      '`search.minEpochs` and `search.maxEpochs`',
    ],
    [
      'an option that a head does not have',
      { kind: 'RANDOM', cells: 2, ranges: [range] },
      { heads: [{ kind: 'MLP' }, { kind: 'LINEAR' }] },
      'expected an option of every value of `heads` for `search.ranges[0].option` but received DROPOUT, which LINEAR does not have',
    ],
    [
      'a range that leaves that of the option',
      { kind: 'RANDOM', cells: 2, ranges: [{ ...range, high: 1.5 }] },
      {},
      '`search.ranges[0]`: expected a number from 0 and below 1 for `head.dropout` but received 1.5',
    ],
    [
      'an empty range',
      { kind: 'RANDOM', cells: 2, ranges: [{ ...range, high: 0.1 }] },
      {},
      'above low, 0.1, for `search.ranges[0].high`',
    ],
    [
      'the logarithm of nothing',
      { kind: 'RANDOM', cells: 2, ranges: [{ ...range, low: 0, scale: 'LOG' }] },
      {},
      'expected a number above 0 for `search.ranges[0].low`',
    ],
    [
      'a range twice',
      { kind: 'RANDOM', cells: 2, ranges: [range, range] },
      {},
      'expected one range of DROPOUT',
    ],
    ['no budget', { kind: 'RANDOM', cells: 2, budgetRuns: 0 }, {}, '`search.budgetRuns`'],
  ])('with %s is refused', (_name, given, axes, message) => {
    expect(() => draw(given, axes)).toThrow(message);
  });
});
