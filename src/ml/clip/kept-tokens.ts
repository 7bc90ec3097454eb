import { MODALITIES, type Modality } from '../nn/modality.js';
import { type TokenShape, type TokenShapes, tokenRowLength } from '../nn/token-shape.js';
import { ENCODER_FAMILIES } from './encoder-family.js';
import type { ModelConfig } from './model-config.js';

/** What exports call the states of a tower's last layer, `[count, length, width]`. */
export const TOKENS_OUTPUT = 'last_hidden_state';

/** A finer grid of patches is brought to this one, from side to side. */
const MAX_GRID = 7;
/** Of a text. */
const MAX_TEXT_TOKENS = 32;

/** The tokens that are kept of an image and of a text, by how the towers are built. */
export function tokenShapes({
  family,
  patches,
  contextLength,
  hiddenSizes,
}: ModelConfig): TokenShapes {
  const classTokens = ENCODER_FAMILIES[family].classToken ? 1 : 0;
  const grid = Math.min(patches, MAX_GRID);
  return {
    image: { count: classTokens + grid * grid, width: hiddenSizes.image },
    text: { count: Math.min(contextLength, MAX_TEXT_TOKENS), width: hiddenSizes.text },
  };
}

export function without(shapes: TokenShapes, lacking: readonly Modality[]): TokenShapes {
  const kept = MODALITIES.filter((modality) => !lacking.includes(modality) && shapes[modality]);
  return Object.fromEntries(kept.map((modality) => [modality, shapes[modality]]));
}

/**
 * An image's tokens in the form that is kept: the class token where there is one, and the grid of patches, in means of neighbours
 * where it is finer than `MAX_GRID` (as PyTorch's adaptive_avg_pool2d has them).
 * @param states `[class token and patches, width]`
 * @returns undefined where these are not the states of a square of patches
 */
export function imageTokens(states: Float32Array, shape: TokenShape): Float32Array | undefined {
  const { count, width } = shape;
  const length = states.length / width;
  const kept = Math.floor(Math.sqrt(count));
  const grid = Math.floor(Math.sqrt(length));
  const classTokens = count - kept * kept;
  if (length !== classTokens + grid * grid || grid < kept) return undefined;
  const row = new Float32Array(tokenRowLength(shape));
  if (classTokens === 1) putMean(row, 0, states, [0], width);
  for (let y = 0; y < kept; y++) {
    for (let x = 0; x < kept; x++) {
      const places = stretch(y, kept, grid).flatMap((top) =>
        stretch(x, kept, grid).map((left) => classTokens + top * grid + left),
      );
      putMean(row, classTokens + y * kept + x, states, places, width);
    }
  }
  return row;
}

/**
 * A text's tokens in the form that is kept: from its beginning to its end, in means of neighbours where there are more than
 * `shape` has room for. What only fills up is zero, and absent.
 * @param states `[length, width]`, without those of the padding
 */
export function textTokens(states: Float32Array, shape: TokenShape): Float32Array {
  const { count, width } = shape;
  const length = states.length / width;
  const kept = Math.min(length, count);
  const row = new Float32Array(tokenRowLength(shape));
  for (let at = 0; at < kept; at++) putMean(row, at, states, stretch(at, kept, length), width);
  return row;
}

/** Which of `from` places in a line become the one at `at` of `to`. */
function stretch(at: number, to: number, from: number): number[] {
  const start = Math.floor((at * from) / to);
  const end = Math.ceil(((at + 1) * from) / to);
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function putMean(
  row: Float32Array,
  at: number,
  states: Float32Array,
  places: readonly number[],
  width: number,
): void {
  const start = at * (width + 1);
  for (const place of places) {
    for (let i = 0; i < width; i++) row[start + i]! += states[place * width + i]! / places.length;
  }
  row[start + width] = 1;
}
