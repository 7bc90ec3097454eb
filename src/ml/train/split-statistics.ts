import { allRows, cutRows } from '../data/rows.js';
import {
  addStatistics,
  type LabelStatistics,
  labelStatistics,
  noStatistics,
} from '../nn/losses/label-statistics.js';
import type { SampleSource } from './sample-source.js';

/** Rows of targets that are made dense at once. */
const ROWS = 4096;

/** How often each label occurs among `rows`. */
export function splitStatistics(source: SampleSource, rows: Int32Array): LabelStatistics {
  const { numLabels } = source;
  let sum: LabelStatistics = noStatistics(numLabels);
  for (const some of cutRows(rows, ROWS)) {
    const places = allRows(some.length);
    sum = addStatistics(sum, labelStatistics(source.targetsOf(some), numLabels, places));
  }
  return sum;
}
