import { ClipwrightError } from '../../errors/clipwright-error.js';

/** Divides each row of `vectors` `[N, dimension]` by its Euclidean norm, in place; a row of zeros stays. */
export function l2NormalizeRows(vectors: Float32Array, dimension: number): void {
  for (let start = 0; start < vectors.length; start += dimension) {
    let sum = 0;
    for (let i = start; i < start + dimension; i += 1) sum += vectors[i]! * vectors[i]!;
    if (!Number.isFinite(sum)) {
      throw new ClipwrightError(
        'EMBEDDING_NOT_FINITE',
        'the encoder gave an embedding that is not finite',
      );
    }
    const norm = Math.sqrt(sum);
    if (norm === 0) continue;
    for (let i = start; i < start + dimension; i += 1) vectors[i] = vectors[i]! / norm;
  }
}
