import { open } from 'node:fs/promises';
import { scoresHeader } from './scores-file.js';

/**
 * Writes a scores file as its rows are made: one split, all in `test`.
 * @param positions [N], the samples' places in the dataset version
 * @param rows [n, L] at a time, N rows in all
 */
export async function writeScores(
  path: string,
  numLabels: number,
  positions: Int32Array,
  rows: AsyncIterable<Float32Array>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.appendFile(scoresHeader(numLabels, 0, positions.length));
    await file.appendFile(bytesOf(positions));
    let written = 0;
    for await (const scores of rows) {
      await file.appendFile(bytesOf(scores));
      written += scores.length;
    }
    if (written !== positions.length * numLabels) {
      throw new Error(
        `${written} scores were written where ${positions.length * numLabels} belong`,
      );
    }
  } finally {
    await file.close();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
