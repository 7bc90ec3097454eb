import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SHARED } from '../shared.js';

export const CLIP_FIXTURES = path.join(import.meta.dirname, '../../fixtures/clip');
/** Runs everywhere: CLIP's towers with random weights and a tokenizer of one token for each byte. */
export const TINY_CLIP = path.join(CLIP_FIXTURES, 'tiny-clip');
export const CLIP_REFERENCE = path.join(SHARED, 'clip-reference');

export const hasReference = existsSync(CLIP_REFERENCE);
/** For the name of a suite that is skipped. */
export const needsReference = hasReference ? '' : ' (skipped: ../shared is absent)';

export interface GoldenImage {
  readonly name: string;
  readonly file: string;
  readonly u8: string;
  readonly width: number;
  readonly height: number;
  readonly resized: readonly [number, number];
  readonly crop_left_top: readonly [number, number];
  readonly hf_crop_left_top: readonly [number, number];
  readonly variants?: readonly { readonly name: string; readonly u8: string | null }[];
}

export interface GoldenText {
  readonly id: number;
  readonly category: string;
  readonly text: string;
  readonly ids: readonly number[];
  readonly hf_ids?: readonly number[];
}

export function fixtureImages(): { root: string; images: GoldenImage[] } {
  const images = JSON.parse(readFileSync(path.join(CLIP_FIXTURES, 'images.json'), 'utf8'));
  return { root: CLIP_FIXTURES, images: images as GoldenImage[] };
}

export function referenceImages(): { root: string; images: GoldenImage[] } {
  const root = path.join(CLIP_REFERENCE, 'preprocess-goldens');
  const index = JSON.parse(readFileSync(path.join(root, 'index.json'), 'utf8'));
  return { root, images: (index as { images: GoldenImage[] }).images };
}

export function hardTexts(): GoldenText[] {
  return readJsonLines(path.join(CLIP_FIXTURES, 'hard-texts.jsonl'));
}

export function referenceTexts(): GoldenText[] {
  return readJsonLines(path.join(CLIP_REFERENCE, 'tokenizer-goldens.jsonl'));
}

/** A little-endian float32 array of NumPy's format, version 1. */
export function readNpy(file: string): Float32Array {
  const bytes = readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  return new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer);
}

function readJsonLines(file: string): GoldenText[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as GoldenText);
}
