/**
 * A matrix of one row takes another path through ONNX Runtime's CPU, with other rounding. With two rows and more, a text's
 * embedding is the same bit for bit whatever texts go with it, so a job that is resumed gives the same file.
 */
export const atLeastTwo = (count: number): number => Math.max(2, count);

/** A device compiles, or looks for its best kernels, anew for each shape: batches of few sizes, which what is left over fills up. */
export const powerOfTwo = (count: number): number => 2 ** Math.ceil(Math.log2(count));
