import { readFileSync } from 'node:fs';
import path from 'node:path';

/** transformers' CLIP as PyTorch's exporters write it, and PyTorch's embeddings: tools/hf-exports/make.py. */
export const EXPORTS = path.join(import.meta.dirname, '../../fixtures/hf-exports');

interface Reference {
  readonly inputIds: readonly (readonly number[])[];
  readonly attentionMask: readonly (readonly number[])[];
  readonly pixelValues: readonly number[];
  readonly text: readonly number[];
  readonly vision: readonly number[];
  /** Of `combined`, whose weights are others. */
  readonly combined: { readonly text: readonly number[]; readonly vision: readonly number[] };
}
export const reference = JSON.parse(
  readFileSync(path.join(EXPORTS, 'reference.json'), 'utf8'),
) as Reference;
const ids = (rows: readonly (readonly number[])[]) =>
  ({
    dtype: 'int64',
    shape: [rows.length, rows[0]!.length],
    data: BigInt64Array.from(rows.flat(), BigInt),
  }) as const;
/** By tower: three items. */
export const FEEDS = {
  text: { input_ids: ids(reference.inputIds), attention_mask: ids(reference.attentionMask) },
  vision: {
    pixel_values: {
      dtype: 'float32',
      shape: [3, 3, 16, 16],
      data: Float32Array.from(reference.pixelValues),
    },
  },
} as const;
