import type { ByModality } from './modality.js';

/** What an encoder gives of every part of an image or text: `count` tokens, fewer where there are fewer, of `width` coordinates. */
export interface TokenShape {
  readonly count: number;
  readonly width: number;
}

export type TokenShapes = ByModality<TokenShape>;

/**
 * Values of a sample's tokens, `[count, width + 1]`: behind the coordinates of each stands its presence, 1 where there is such a token
 * and 0 where it only fills up.
 */
export const tokenRowLength = ({ count, width }: TokenShape): number => count * (width + 1);
