import { describe, expect, it } from 'vitest';
import { gradients } from '../../../../src/ml/autodiff/gradients.js';
import { UNKNOWN } from '../../../../src/ml/data/unknown.js';
import { constant, input } from '../../../../src/ml/graph/build.js';
import { interpret } from '../../../../src/ml/interpret/interpret.js';
import { makeValue } from '../../../../src/ml/interpret/value.js';
import { knownLabels } from '../../../../src/ml/nn/known-labels.js';
import type { LabelStatistics } from '../../../../src/ml/nn/losses/label-statistics.js';
import { buildLoss, LOSSES } from '../../../../src/ml/nn/losses/table.js';
import { fillVariant } from '../../../../src/ml/nn/variant.js';
import { meanLoss } from '../../../../src/ml/train/sample-feeds.js';
import { expectClose } from '../../../support/ml/close.js';
import { labelCounts } from '../../../support/ml/label-counts.js';
import { randomValue } from '../../../support/ml/random.js';
import { torchLosses } from '../../../support/ml/torch-losses.js';
import { LOSS_CASES } from '../../../support/ml/variants.js';

const EXACT = { absolute: 1e-12, relative: 1e-10 };
const LABELS = 4;

interface Batch {
  readonly logits: readonly number[];
  readonly targets: readonly number[];
  /** Rows that only fill the batch up, behind the real ones. */
  readonly filledUp?: number;
  readonly statistics: LabelStatistics;
}

function lossOf(given: { kind: string }, { logits, targets, filledUp = 0, statistics }: Batch) {
  const rows = logits.length / LABELS;
  const x = input('logits', [rows, LABELS]);
  const real = rows - filledUp;
  const weights = Array.from({ length: rows }, (_, i) => (i < real ? 1 / (real * LABELS) : 0));
  const batch = {
    ...knownLabels(constant(targets, [rows, LABELS]), targets.includes(UNKNOWN)),
    rowWeights: constant(weights, [rows, 1]),
  };
  const config = fillVariant('loss', LOSSES, given, 'BCE');
  const each = buildLoss({ logits: x, ...batch, statistics }, config);
  const mean = meanLoss(each, batch);
  const outputs = { each, mean, gradient: gradients(mean, [x])[0]! };
  const result = interpret({ outputs }, { logits: makeValue(logits, [rows, LABELS]) });
  return {
    each: [...result.each!.data],
    mean: result.mean!.data[0]!,
    gradient: [...result.gradient!.data],
  };
}

describe('losses and their gradients equal their formulas in PyTorch', () => {
  const { logits, targets, statistics, cases } = torchLosses;
  it.each(cases)('$config, $batch', ({ config, batch, each, gradient }) => {
    const actual = lossOf(config, { logits, targets: targets[batch]!, statistics });
    expectClose(actual.each, each, EXACT);
    const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
    expectClose([actual.mean], [mean], EXACT);
    expectClose(actual.gradient, gradient, EXACT);
  });
});

describe('rows that fill a batch up', () => {
  const real = {
    logits: [...randomValue([5, LABELS], 3, -3, 3).data],
    targets: [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 2, 0, 1, 0, 0, 1, 1, 0],
    statistics: labelCounts(60, [30, 17, 1, 5]),
  };
  const filled = {
    ...real,
    logits: [...real.logits, 9, -9, 9, -9, -9, 9, 9, -9],
    targets: [...real.targets, 0, 1, 1, 1, 1, 0, 0, 1],
    filledUp: 2,
  };

  it.each(LOSS_CASES)('change neither loss nor gradient: %o', (given) => {
    const [without, withThem] = [lossOf(given, real), lossOf(given, filled)];
    expectClose([withThem.mean], [without.mean], EXACT);
    expectClose(withThem.gradient.slice(0, real.logits.length), without.gradient, EXACT);
    expect(withThem.gradient.slice(real.logits.length).every((x) => x === 0)).toBe(true);
    expect(without.gradient.some((x) => x !== 0)).toBe(true);
  });
});

describe('unknown labels', () => {
  const seen = {
    logits: [...randomValue([5, LABELS], 3, -3, 3).data],
    targets: [1, 0, 2, 0, 0, 0, 0, 0, 1, 2, 1, 0, 2, 2, 2, 2, 0, 1, 2, 0],
    statistics: labelCounts(60, [30, 17, 1, 5]),
  };

  it.each(LOSS_CASES)('of a sample have no part in its loss, whatever is scored: %o', (given) => {
    const changed = seen.logits.map((x, at) => (seen.targets[at] === UNKNOWN ? -9 * x : x));
    const [as, other] = [lossOf(given, seen), lossOf(given, { ...seen, logits: changed })];
    expectClose([other.mean], [as.mean], EXACT);
    expectClose(other.gradient, as.gradient, EXACT);
    const ofUnknown = as.gradient.filter((_, at) => seen.targets[at] === UNKNOWN);
    expect(ofUnknown.every((x) => x === 0)).toBe(true);
    expect(as.gradient.some((x) => x !== 0)).toBe(true);
  });
});
