import type { LabelSets } from '../data/label-sets.js';

/** What is known of rows of scores whose samples and labels need not be those of the truth: the part that both have. */
export interface KnownRows {
  /** [N]: which rows, ascending */
  readonly rows: Int32Array;
  /** [K]: which labels of the scores */
  readonly labels: Int32Array;
  /** of N samples, over K labels */
  readonly labelSets: LabelSets;
}
