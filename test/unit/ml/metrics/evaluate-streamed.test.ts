import { describe, expect, it } from 'vitest';
import { packLabelSets } from '../../../../src/ml/data/label-sets.js';
import { evaluate } from '../../../../src/ml/metrics/evaluate.js';
import { evaluateStreamed } from '../../../../src/ml/metrics/evaluate-streamed.js';
import { labelMetrics } from '../../../../src/ml/metrics/label-metrics.js';
import { randomSplit } from './random-split.js';
import { differences } from './sklearn.js';

/** Hands out `scores` a few rows at a time, always in the same buffer, as a reader of files does. */
async function* inPieces(scores: Float32Array, numLabels: number, rows: number) {
  const buffer = new Float32Array(rows * numLabels);
  for (let from = 0; from < scores.length; from += buffer.length) {
    const piece = scores.subarray(from, from + buffer.length);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(-1);
  }
}

function split(seed: number, rowsAtATime: number) {
  const { scores, targets, thresholds } = randomSplit(seed);
  const flat = Float32Array.from(scores.flat());
  const numLabels = thresholds.length;
  const labelSets = packLabelSets(
    targets.map((row) => row.flatMap((target, label) => [[], [label], [~label]][target]!)),
  );
  let passes = 0;
  const rows = () => {
    passes++;
    return inPieces(flat, numLabels, rowsAtATime);
  };
  return {
    streamed: { numLabels, labelSets, rows },
    whole: [flat, Uint8Array.from(targets.flat()), numLabels] as const,
    thresholds: Float64Array.from(thresholds),
    samples: targets.length,
    passes: () => passes,
  };
}

describe('metrics of streamed scores', () => {
  it('are those of the scores in memory, on 200 random splits in blocks of 1, 2 and all labels', async () => {
    for (let seed = 0; seed < 200; seed++) {
      for (const labelsAtATime of [1, 2, 100]) {
        const it = split(seed, 1 + (seed % 7));
        const blockBytes = labelsAtATime * it.samples * 5;
        const actual = await evaluateStreamed(it.streamed, it.thresholds, blockBytes);
        const expected = evaluate(...it.whole, it.thresholds);
        expect(differences(actual.metrics, expected), `seed ${seed}`).toEqual([]);
        expect(actual.labels).toEqual(labelMetrics(...it.whole, it.thresholds));
        expect(it.passes()).toBe(Math.ceil(it.streamed.numLabels / labelsAtATime));
      }
    }
  });

  it('take one label at a time where not even one fits', async () => {
    const it = split(3, 4);
    const { metrics } = await evaluateStreamed(it.streamed, 0.5, 1);
    expect(differences(metrics, evaluate(...it.whole, 0.5))).toEqual([]);
  });

  it('without a sample are those of no sample', async () => {
    const none = {
      numLabels: 2,
      labelSets: packLabelSets([]),
      rows: () => inPieces(new Float32Array(0), 2, 1),
    };
    const nothing = [new Float32Array(0), new Uint8Array(0), 2, 0.5] as const;
    expect(await evaluateStreamed(none, 0.5)).toEqual({
      metrics: evaluate(...nothing),
      labels: labelMetrics(...nothing),
    });
  });

  it('refuse rows that are too few or too many for the labels', async () => {
    const labelSets = packLabelSets([[0], [1], []]);
    for (const count of [2, 4]) {
      const rows = () => inPieces(new Float32Array(2 * count), 2, 1);
      await expect(evaluateStreamed({ numLabels: 2, labelSets, rows }, 0.5)).rejects.toThrow(
        `expected 3 samples in \`rows\` but received ${count}`,
      );
    }
  });
});
