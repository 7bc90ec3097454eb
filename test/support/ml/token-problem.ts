import type { TokenShape, TokenShapes } from '../../../src/ml/nn/token-shape.js';
import type { FitData } from '../../../src/ml/train/fit-data.js';

/** Of rows of six values. */
export const TWO_TOKENS: TokenShapes = {
  image: { count: 2, width: 2 },
  text: { count: 2, width: 2 },
};

/**
 * The same values as rows of tokens: every third sample has one token fewer than there is room for, and every seventh of those
 * with `gaps` none at all.
 */
export function asTokens<T extends Float32Array | Float64Array>(
  values: T,
  { count, width }: TokenShape,
  gaps = false,
): T {
  const rows = values.slice() as T;
  const length = count * (width + 1);
  for (let row = 0; row * length < rows.length; row++) {
    for (let token = 0; token < count; token++) {
      const isThere = !(row % 3 === 2 && token === count - 1) && !(gaps && row % 7 === 6);
      const start = row * length + token * (width + 1);
      rows[start + width] = isThere ? 1 : 0;
      if (!isThere) rows.fill(0, start, start + width);
    }
  }
  return rows;
}

/** What a head is given in place of `data` where it attends to tokens. */
export function problemOf(
  head: { kind: string },
  data: FitData,
  shapes: TokenShapes = TWO_TOKENS,
): FitData {
  if (head.kind !== 'TOKEN_QUERY') return data;
  const { image, text } = data.features;
  return {
    ...data,
    tokens: shapes,
    features: {
      image: { ...image!, data: asTokens(image!.data, shapes.image!) },
      text: { ...text!, data: asTokens(text!.data, shapes.text!, true) },
    },
  };
}
