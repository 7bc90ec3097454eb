import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Runs everywhere: SigLIP's towers and tokenizer, tiny and with random weights, made by tools/siglip/make_tiny.py. */
export const TINY_SIGLIP = path.join(import.meta.dirname, '../../fixtures/siglip');

/** What transformers and Pillow make of texts and images; numbers in base64, little-endian. */
export interface SiglipReference {
  /** Ids padded to the whole context, of each tokenizer. */
  readonly texts: readonly { text: string; ids: number[]; gemmaIds: number[] }[];
  /** Files among CLIP's fixtures. */
  readonly images: readonly string[];
  /** uint8 `[images, 32, 32, 3]`, by filter */
  readonly levels: Readonly<Record<'bicubic' | 'bilinear', string>>;
  /** L2-normalised float32 `[texts, 24]` */
  readonly textEmbeds: string;
  /** L2-normalised float32 `[images, 24]`, by filter */
  readonly imageEmbeds: Readonly<Record<'bicubic' | 'bilinear', string>>;
}

export function siglipJson(name: string): unknown {
  return JSON.parse(readFileSync(path.join(TINY_SIGLIP, name), 'utf8'));
}

export function siglipReference(): SiglipReference {
  return siglipJson('reference.json') as SiglipReference;
}
