import { type FileHandle, open } from 'node:fs/promises';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { Modality } from '../nn/modality.js';
import { type EmbedColumns, putEmbeds, rowWidth } from './sample-features.js';

/** What is read at once, on its way to its place. */
const READ_BYTES = 2 ** 22;

/** An embedding set's file: float32, little-endian, `[samples, dimension]` image and then the same of text. */
export interface EmbeddingFile {
  readonly path: string;
  readonly samples: number;
  readonly dimension: number;
}

/** @throws ARTIFACT_DAMAGED where the file has another size than the numbers say */
export function requireWholeFile(
  size: number,
  { samples, dimension }: Pick<EmbeddingFile, 'samples' | 'dimension'>,
): void {
  const expected = 2 * samples * dimension * 4;
  if (size === expected) return;
  throw new ClipwrightError(
    'ARTIFACT_DAMAGED',
    `the embedding set's file has ${size} bytes where ${expected} belong`,
  );
}

/** Bytes before the first row of a modality. */
export function sectionStart({ samples, dimension }: EmbeddingFile, modality: Modality): number {
  return modality === 'image' ? 0 : samples * dimension * 4;
}

/**
 * Reads what is asked for of an embedding set's file, all samples, as the graphs are fed it: `[samples, width]`.
 * @throws ARTIFACT_DAMAGED where the file has another size than the numbers say
 */
export async function readFeatures(
  file: EmbeddingFile,
  columns: readonly EmbedColumns[],
): Promise<Float32Array> {
  const { path, samples, dimension } = file;
  const width = rowWidth(columns);
  const features = new Float32Array(samples * width);
  const rows = Math.max(1, Math.floor(READ_BYTES / (dimension * 4)));
  const vectors = new Float32Array(Math.min(rows, samples) * dimension);
  const handle = await open(path, 'r');
  try {
    requireWholeFile((await handle.stat()).size, file);
    for (const each of columns) {
      for (let row = 0; row < samples; row += rows) {
        const part = vectors.subarray(0, Math.min(rows, samples - row) * dimension);
        const start = sectionStart(file, each.modality) + row * dimension * 4;
        await fill(new Uint8Array(part.buffer, 0, part.byteLength), handle, start);
        putEmbeds(features, width, each, row, part);
      }
    }
  } finally {
    await handle.close();
  }
  return features;
}

async function fill(bytes: Uint8Array, file: FileHandle, start: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) throw new ClipwrightError('ARTIFACT_DAMAGED', 'the file ends early');
    done += bytesRead;
  }
}
