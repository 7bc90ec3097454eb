import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { LabelSets } from '../data/label-sets.js';
import { denseTargets } from '../data/sparse-targets.js';
import { UNKNOWN } from '../data/unknown.js';
import { averagePrecision } from './average-precision.js';
import { type Counts, countPredictions, sumCounts } from './counts.js';
import { type EvalMetrics, summarize } from './evaluate.js';
import { countedLabels, type LabelMetrics } from './label-metrics.js';
import { rank } from './ranking.js';

/** Scores that are too many for memory, and the labels of their samples. */
export interface StreamedSplit {
  readonly numLabels: number;
  /** Of N samples. */
  readonly labelSets: LabelSets;
  /** All N × L scores from the first, some whole rows at a time; they may be overwritten after. */
  readonly rows: () => AsyncIterable<Float32Array>;
}

export interface StreamedEvaluation {
  readonly metrics: EvalMetrics;
  /** [L] */
  readonly labels: LabelMetrics[];
}

const BLOCK_BYTES = 2 ** 29;

/**
 * `evaluate` and `labelMetrics` without all scores in memory, exactly: what is counted sample by sample takes one pass
 * over the rows; a label's average precision needs its whole column, so the rows are read once for
 * each block of labels whose columns fit into `blockBytes` (N × 5 bytes a label, one at least).
 * Time is linear in the scores but for the sorting of each column.
 */
export async function evaluateStreamed(
  split: StreamedSplit,
  thresholds: Float64Array | number,
  blockBytes: number = BLOCK_BYTES,
): Promise<StreamedEvaluation> {
  const { numLabels, labelSets } = split;
  const samples = labelSets.offsets.length - 1;
  const perBlock = Math.max(1, Math.min(numLabels, Math.floor(blockBytes / (samples * 5))));
  const columns = new Float32Array(perBlock * samples);
  const precisions: (number | null)[] = [];
  let counts = countPredictions(new Float32Array(0), new Uint8Array(0), numLabels, thresholds);

  for (let first = 0; first < numLabels; first += perBlock) {
    const width = Math.min(perBlock, numLabels - first);
    let row = 0;
    for await (const scores of split.rows()) {
      if (first === 0) counts = sumCounts(counts, countRows(split, scores, row, thresholds));
      for (let at = first; at < scores.length; at += numLabels, row++) {
        for (let label = 0; label < width; label++) {
          columns[label * samples + row] = scores[at + label]!;
        }
      }
    }
    if (row !== samples) {
      throw new ClipwrightError(
        'INTERNAL',
        `expected ${samples} samples in \`rows\` but received ${row}`,
      );
    }
    const truth = columnsOf(labelSets, first, width);
    for (let label = 0; label < width; label++) {
      const [from, to] = [label * samples, (label + 1) * samples];
      const ranking = rank(columns.subarray(from, to), truth.subarray(from, to), 1, 0);
      precisions.push(averagePrecision(ranking));
    }
  }
  const precisionOf = (label: number) => precisions[label]!;
  return {
    metrics: summarize(counts, precisionOf),
    labels: countedLabels(counts, thresholds, precisionOf),
  };
}

/** Counts over `scores`, the rows of the split from `row` on. */
function countRows(
  { labelSets, numLabels }: StreamedSplit,
  scores: Float32Array,
  row: number,
  thresholds: Float64Array | number,
): Counts {
  const rows = Int32Array.from({ length: scores.length / numLabels }, (_, i) => row + i);
  const targets = denseTargets(labelSets, numLabels, rows);
  return countPredictions(scores, targets, numLabels, thresholds);
}

/** `[width, N]`: the targets of each label from `first` on. */
function columnsOf({ offsets, labels }: LabelSets, first: number, width: number): Uint8Array {
  const samples = offsets.length - 1;
  const columns = new Uint8Array(width * samples);
  for (let sample = 0; sample < samples; sample++) {
    for (let i = offsets[sample]!; i < offsets[sample + 1]!; i++) {
      const entry = labels[i]!;
      const label = (entry < 0 ? ~entry : entry) - first;
      if (label < 0 || label >= width) continue;
      columns[label * samples + sample] = entry < 0 ? UNKNOWN : 1;
    }
  }
  return columns;
}
