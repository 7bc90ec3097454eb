import { open } from 'node:fs/promises';

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

/** Of the file of so many samples. */
export function scoresFileBytes(samples: number, numLabels: number): number {
  return 4 * (HEADER_WORDS + samples * (1 + numLabels));
}

/**
 * A run's scores as one packed file, little-endian: four uint32 (magic, L, N validation, N test), the int32 positions of
 * both splits, then the float32 scores of both splits.
 */
export function encodeScores({ numLabels, validation, test }: ScoresFile): Uint8Array {
  const [nv, nt] = [validation.positions.length, test.positions.length];
  const buffer = new ArrayBuffer(scoresFileBytes(nv + nt, numLabels));
  new Uint8Array(buffer).set(scoresHeader(numLabels, nv, nt));
  const positions = new Int32Array(buffer, HEADER_WORDS * 4, nv + nt);
  positions.set(validation.positions);
  positions.set(test.positions, nv);
  const scores = new Float32Array(buffer, (HEADER_WORDS + nv + nt) * 4);
  scores.set(validation.scores);
  scores.set(test.scores, nv * numLabels);
  return new Uint8Array(buffer);
}

/** @param nv samples of validation @param nt of test */
export function scoresHeader(numLabels: number, nv: number, nt: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(MAGIC, numLabels, nv, nt).buffer);
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
  if (magic !== MAGIC || byteLength !== scoresFileBytes(nv + nt, numLabels)) {
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

/** Where a split's scores lie in a scores file: N rows of L float32 from byte `start` on, and whose they are, [N]. */
export interface ScoresPlace {
  numLabels: number;
  positions: Int32Array;
  start: number;
}

/** @throws where it is no scores file, or not all of one */
export async function findScores(path: string, split: 'validation' | 'test'): Promise<ScoresPlace> {
  const file = await open(path, 'r');
  try {
    const header = new Uint32Array(HEADER_WORDS);
    await file.read(new Uint8Array(header.buffer), 0, HEADER_WORDS * 4, 0);
    const [magic, numLabels, nv, nt] = header as unknown as [number, number, number, number];
    const scores = (HEADER_WORDS + nv + nt) * 4;
    const { size } = await file.stat();
    if (magic !== MAGIC || size !== scores + (nv + nt) * numLabels * 4) {
      throw new Error('the scores file is damaged: its header and its length disagree');
    }
    const [before, count] = split === 'validation' ? [0, nv] : [nv, nt];
    const positions = new Int32Array(count);
    const bytes = new Uint8Array(positions.buffer);
    await file.read(bytes, 0, bytes.length, (HEADER_WORDS + before) * 4);
    return { numLabels, positions, start: scores + before * numLabels * 4 };
  } finally {
    await file.close();
  }
}
