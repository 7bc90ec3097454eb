import type { Modality } from '../db/enums.js';
import { fromFloat16, toFloat16 } from '../ml/data/float16.js';
import { type TokenShapes, tokenRowLength } from '../ml/nn/token-shape.js';
import { MODALITY_NAMES } from './modality-names.js';

/** How a row of a pack lies on disk: the embedding in float32, behind it its tokens in float16. */
export interface PackFormat {
  readonly dimension: number;
  /** how many, presences among them; 0: there are no tokens */
  readonly tokenValues: number;
}

/** What is embedded in a space: its tokens too where it has shapes of them. */
export interface SpaceFormat {
  readonly dimension: number;
  readonly tokens?: TokenShapes | undefined;
}

export function packFormat({ dimension, tokens }: SpaceFormat, modality: Modality): PackFormat {
  const shape = tokens?.[MODALITY_NAMES[modality]];
  return { dimension, tokenValues: shape ? tokenRowLength(shape) : 0 };
}

export const hasTokens = ({ tokens = {} }: Pick<SpaceFormat, 'tokens'>): boolean =>
  Object.keys(tokens).length > 0;

export const vectorBytes = ({ dimension }: PackFormat): number => dimension * 4;
export const tokenBytes = ({ tokenValues }: PackFormat): number => tokenValues * 2;
export const packRowBytes = (format: PackFormat): number =>
  vectorBytes(format) + tokenBytes(format);

/** @param row `[dimension + tokenValues]`, as encoders give it */
export function encodePackRow(
  row: Float32Array,
  { dimension, tokenValues }: PackFormat,
): Uint8Array {
  if (row.length !== dimension + tokenValues) {
    throw new RangeError(`expected ${dimension + tokenValues} values but received ${row.length}`);
  }
  if (tokenValues === 0) return new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
  const bytes = new Uint8Array(dimension * 4 + tokenValues * 2);
  new Float32Array(bytes.buffer, 0, dimension).set(row.subarray(0, dimension));
  toFloat16(row.subarray(dimension), new Uint16Array(bytes.buffer, dimension * 4));
  return bytes;
}

/** The same back, in memory of its own. */
export function decodePackRow(
  bytes: Uint8Array,
  { dimension, tokenValues }: PackFormat,
): Float32Array {
  const aligned = bytes.slice();
  const row = new Float32Array(dimension + tokenValues);
  row.set(new Float32Array(aligned.buffer, 0, dimension));
  fromFloat16(new Uint16Array(aligned.buffer, dimension * 4, tokenValues), row.subarray(dimension));
  return row;
}
