import { open } from 'node:fs/promises';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import { readAllAt } from './read-at.js';

const READ_BYTES = 2 ** 24;

/**
 * The rows of float32 scores `[samples, numLabels]`, little-endian, that lie in a file from byte `start` on, in order and
 * some at a time; what is yielded is overwritten by the next read.
 * @throws ARTIFACT_DAMAGED where the file is shorter than the numbers say
 */
export async function* readFloat32Rows(
  path: string,
  { samples, numLabels, start = 0 }: { samples: number; numLabels: number; start?: number },
): AsyncGenerator<Float32Array> {
  const rowBytes = numLabels * 4;
  const scores = new Float32Array(Math.max(1, Math.floor(READ_BYTES / rowBytes)) * numLabels);
  const bytes = new Uint8Array(scores.buffer);
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const end = start + samples * rowBytes;
    if (size < end) {
      throw new ClipwrightError(
        'ARTIFACT_DAMAGED',
        `the scores' file has ${size} bytes where ${end} belong`,
      );
    }
    for (let from = start; from < end; from += bytes.length) {
      const length = Math.min(bytes.length, end - from);
      await readAllAt(file, bytes.subarray(0, length), from);
      yield scores.subarray(0, length / 4);
    }
  } finally {
    await file.close();
  }
}

/** Some of such rows, `[rows.length, numLabels]`, as they are asked for. */
export async function readRowsAt(
  path: string,
  { rows, numLabels, start }: { rows: readonly number[]; numLabels: number; start: number },
): Promise<Float32Array> {
  const rowBytes = numLabels * 4;
  const scores = new Float32Array(rows.length * numLabels);
  const bytes = new Uint8Array(scores.buffer);
  const file = await open(path, 'r');
  try {
    for (const [at, row] of rows.entries()) {
      const place = bytes.subarray(at * rowBytes, (at + 1) * rowBytes);
      await readAllAt(file, place, start + row * rowBytes);
    }
  } finally {
    await file.close();
  }
  return scores;
}
