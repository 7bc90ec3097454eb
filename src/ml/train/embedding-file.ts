import { open } from 'node:fs/promises';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import { fromFloat16 } from '../data/float16.js';
import { readAllAt } from '../data/read-at.js';
import type { Modality } from '../nn/modality.js';
import { type TokenShapes, tokenRowLength } from '../nn/token-shape.js';
import { type EmbedColumns, putEmbeds, rowWidth } from './sample-features.js';

/** What is read at once, on its way to its place. */
const READ_BYTES = 2 ** 22;

/**
 * An embedding set's file: float32, little-endian, `[samples, dimension]` image and then the same of text; or that of its tokens:
 * float16, `[samples, tokenRowLength]` image and then text.
 */
export interface EmbeddingFile {
  readonly path: string;
  readonly samples: number;
  readonly dimension: number;
  /** Of a file of tokens. */
  readonly tokens?: TokenShapes | undefined;
}

/** Values of a row; 0 for tokens that there are none of. */
export function fileRowLength({ dimension, tokens }: EmbeddingRows, modality: Modality): number {
  if (!tokens) return dimension;
  const shape = tokens[modality];
  return shape ? tokenRowLength(shape) : 0;
}
type EmbeddingRows = Pick<EmbeddingFile, 'dimension' | 'tokens'>;

export const fileRowBytes = (rows: EmbeddingRows, modality: Modality): number =>
  fileRowLength(rows, modality) * (rows.tokens ? 2 : 4);

/** Rows of the file, aligned to their values, as floats: in place where they are some. */
export function floatsOf(bytes: Uint8Array, { tokens }: EmbeddingRows): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (!tokens) return new Float32Array(buffer, byteOffset, byteLength / 4);
  return fromFloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
}

/** @throws ARTIFACT_DAMAGED where the file has another size than the numbers say */
export function requireWholeFile(
  size: number,
  file: Pick<EmbeddingFile, 'samples' | 'dimension' | 'tokens'>,
): void {
  const expected = file.samples * (fileRowBytes(file, 'image') + fileRowBytes(file, 'text'));
  if (size === expected) return;
  throw new ClipwrightError(
    'ARTIFACT_DAMAGED',
    `the embedding set's file has ${size} bytes where ${expected} belong`,
  );
}

/** Bytes before the first row of a modality. */
export function sectionStart(file: EmbeddingFile, modality: Modality): number {
  return modality === 'image' ? 0 : file.samples * fileRowBytes(file, 'image');
}

/**
 * Reads what is asked for of an embedding set's file, all samples, as the graphs are fed it: `[samples, width]`.
 * @throws ARTIFACT_DAMAGED where the file has another size than the numbers say
 */
export async function readFeatures(
  file: EmbeddingFile,
  columns: readonly EmbedColumns[],
): Promise<Float32Array> {
  const { path, samples } = file;
  const width = rowWidth(columns);
  const features = new Float32Array(samples * width);
  const handle = await open(path, 'r');
  try {
    requireWholeFile((await handle.stat()).size, file);
    for (const each of columns) {
      const rowBytes = fileRowBytes(file, each.modality);
      const rows = Math.max(1, Math.floor(READ_BYTES / rowBytes));
      const bytes = new Uint8Array(Math.min(rows, samples) * rowBytes);
      for (let row = 0; row < samples; row += rows) {
        const part = bytes.subarray(0, Math.min(rows, samples - row) * rowBytes);
        await readAllAt(handle, part, sectionStart(file, each.modality) + row * rowBytes);
        putEmbeds(features, width, each, row, floatsOf(part, file));
      }
    }
  } finally {
    await handle.close();
  }
  return features;
}
