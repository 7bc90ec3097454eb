import type { SampleRow } from '../db/samples.queries.js';
import type { BatchResult } from './batch-results.js';
import type { ExportColumn } from './export-template.js';

export type ExportedValue = string | number | boolean | null | readonly string[];

/** One cell of an export. @param indices of labels, by key */
export function exportedValue(
  { value, separator, label }: ExportColumn,
  sample: SampleRow,
  result: BatchResult,
  labels: readonly { key: string; name: string }[],
  indices: ReadonlyMap<string, number>,
): ExportedValue {
  const joined = (texts: string[]) => (separator === null ? texts : texts.join(separator));
  // In label order, as labels stand everywhere else.
  const predicted = result.labels.toSorted((a, b) => a - b);
  switch (value) {
    case 'KEY':
      return sample.key;
    case 'CAPTION':
      return sample.caption;
    case 'SPLIT':
      return sample.split;
    case 'LABELS':
      return joined(predicted.map((index) => labels[index]!.key));
    case 'LABEL_NAMES':
      return joined(predicted.map((index) => labels[index]!.name));
    case 'SCORE':
      return result.scores[indices.get(label!)!]!;
    case 'PREDICTED':
      return result.labels.includes(indices.get(label!)!);
  }
}
