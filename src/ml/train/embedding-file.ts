import { open } from 'node:fs/promises';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { ByModality, Modality } from '../nn/modality.js';
import type { Features } from './fit-data.js';

/** One read takes 2 GiB at most. */
const READ_BYTES = 2 ** 30;

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
 * Reads an embedding set's file whole. What is
 * asked for comes as views of one typed array, read in one go where both are.
 * @throws ARTIFACT_DAMAGED where the file has another size than the numbers say
 */
export async function readEmbeddingFile(
  path: string,
  { samples, dimension }: { samples: number; dimension: number },
  modalities: readonly Modality[],
): Promise<ByModality<Features>> {
  const half = samples * dimension;
  const from = modalities.includes('image') ? 0 : half;
  const to = modalities.includes('text') ? 2 * half : half;
  const vectors = new Float32Array(to - from);
  const bytes = new Uint8Array(vectors.buffer);
  const file = await open(path, 'r');
  try {
    requireWholeFile((await file.stat()).size, { samples, dimension });
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(bytes.length - done, READ_BYTES);
      const { bytesRead } = await file.read(bytes, done, length, from * 4 + done);
      if (bytesRead === 0) throw new ClipwrightError('ARTIFACT_DAMAGED', 'the file ends early');
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  const features: Partial<Record<Modality, Features>> = {};
  for (const modality of modalities) {
    const start = (modality === 'image' ? 0 : half) - from;
    features[modality] = { data: vectors.subarray(start, start + half), dimension };
  }
  return features;
}
