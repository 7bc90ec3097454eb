import { atLeastTwo } from './batch-rows.js';

/** A text is padded to the next of these, then to a multiple of 32, never beyond the context: the cost of a text grows with
 *  the padded length. Captions are mostly shorter than 24 tokens, where every length is worth a group of its own. */
const BUCKETS = [...Array.from({ length: 17 }, (_, i) => 8 + i), 28, 32, 40, 48];

export interface TextBucket {
  /** Which of the texts, row by row; a text may be there twice. */
  readonly rows: readonly number[];
  readonly length: number;
  /** `[rows, length]` */
  readonly inputIds: BigInt64Array;
  /** `[rows, length]`: 1 where there is a token of the text. */
  readonly attentionMask: BigInt64Array;
}

/** @param maxTokens of one bucket, padding included; two rows may have more */
export function bucketTexts(
  texts: readonly (readonly number[])[],
  contextLength: number,
  padId: number,
  maxTokens: number,
  rowsFor: (count: number) => number = atLeastTwo,
): TextBucket[] {
  const rowsByLength = new Map<number, number[]>();
  texts.forEach((ids, row) => {
    const length = bucketLength(ids.length, contextLength);
    const rows = rowsByLength.get(length);
    if (rows) rows.push(row);
    else rowsByLength.set(length, [row]);
  });
  const buckets: TextBucket[] = [];
  for (const [length, rows] of rowsByLength) {
    const maxRows = Math.max(2, Math.floor(maxTokens / length));
    for (let start = 0; start < rows.length; start += maxRows) {
      buckets.push(
        fillBucket(texts, repeated(rows.slice(start, start + maxRows), rowsFor), length, padId),
      );
    }
  }
  return buckets;
}

export function bucketLength(tokens: number, contextLength: number): number {
  const bucket = BUCKETS.find((length) => length >= tokens) ?? Math.ceil(tokens / 32) * 32;
  return Math.min(bucket, contextLength);
}

/** As many as `rowsFor` says: the first comes again. */
function repeated(rows: readonly number[], rowsFor: (count: number) => number): readonly number[] {
  const more = rowsFor(rows.length) - rows.length;
  return [...rows, ...Array.from({ length: more }, () => rows[0]!)];
}

function fillBucket(
  texts: readonly (readonly number[])[],
  rows: readonly number[],
  length: number,
  padId: number,
): TextBucket {
  const inputIds = new BigInt64Array(rows.length * length).fill(BigInt(padId));
  const attentionMask = new BigInt64Array(rows.length * length);
  rows.forEach((row, i) => {
    const ids = texts[row] ?? [];
    ids.forEach((id, k) => {
      inputIds[i * length + k] = BigInt(id);
    });
    attentionMask.fill(1n, i * length, i * length + ids.length);
  });
  return { rows, length, inputIds, attentionMask };
}
