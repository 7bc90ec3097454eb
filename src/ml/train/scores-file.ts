/** Probabilities of one split: `positions` [N] are the samples' places in the dataset version, `scores` is [N, L]. */
export interface SplitScores {
  positions: Int32Array;
  scores: Float32Array;
}

export interface ScoresFile {
  numLabels: number;
  validation: SplitScores;
  test: SplitScores;
}

const MAGIC = 0x31_53_57_43; // "CWS1", little-endian
const HEADER_WORDS = 4;

/**
 * A run's scores as one packed file, little-endian: four uint32 (magic, L, N validation, N test), the int32 positions of
 * both splits, then the float32 scores of both splits.
 */
export function encodeScores({ numLabels, validation, test }: ScoresFile): Uint8Array {
  const [nv, nt] = [validation.positions.length, test.positions.length];
  const words = HEADER_WORDS + nv + nt + (nv + nt) * numLabels;
  const buffer = new ArrayBuffer(words * 4);
  new Uint32Array(buffer, 0, HEADER_WORDS).set([MAGIC, numLabels, nv, nt]);
  const positions = new Int32Array(buffer, HEADER_WORDS * 4, nv + nt);
  positions.set(validation.positions);
  positions.set(test.positions, nv);
  const scores = new Float32Array(buffer, (HEADER_WORDS + nv + nt) * 4);
  scores.set(validation.scores);
  scores.set(test.scores, nv * numLabels);
  return new Uint8Array(buffer);
}

/**
 * Where `bytes` begin at a multiple of four, what is returned shares them.
 * @throws where the bytes are not such a file, or not all of one
 */
export function decodeScores(bytes: Uint8Array): ScoresFile {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset, byteLength } = aligned;
  if (byteLength < HEADER_WORDS * 4) throw new Error('the scores file is too short');
  const [magic, numLabels, nv, nt] = new Uint32Array(
    buffer,
    byteOffset,
    HEADER_WORDS,
  ) as unknown as [number, number, number, number];
  const words = HEADER_WORDS + (nv + nt) * (1 + numLabels);
  if (magic !== MAGIC || byteLength !== words * 4) {
    throw new Error('the scores file is damaged: its header and its length disagree');
  }
  const split = (from: number, count: number): SplitScores => ({
    positions: new Int32Array(buffer, byteOffset + (HEADER_WORDS + from) * 4, count),
    scores: new Float32Array(
      buffer,
      byteOffset + (HEADER_WORDS + nv + nt + from * numLabels) * 4,
      count * numLabels,
    ),
  });
  return { numLabels, validation: split(0, nv), test: split(nv, nt) };
}
