import { badInput, integer, number } from '../options.js';

/** Options of the heads that cut their features into tokens, or attend to an encoder's; they mean the same in each. */
export const TOKEN_OPTIONS = {
  /** Into how many tokens the features are cut (nn/tokens.ts). */
  tokens: integer(2, 256, 8),
  /** The length of a token. */
  width: integer(1, 4096, 64),
  /** Of each layer's result before it is added to its input (Vaswani et al. 2017, 1706.03762, section 5.4). */
  dropout: number({ min: 0, max: 1, belowMax: true }, 0.1),
} as const;

/** Blocks, one after the other. */
export const DEPTH = integer(1, 24, 2);

/** Parts of attention, each over an equal share of the width. */
export const ATTENTION_HEADS = integer(1, 64, 4);

/** The width of a feed-forward layer's middle ÷ that of its tokens (1706.03762, section 3.3). */
export const FEED_FORWARD = 4;

export function checkAttention(
  { width, heads }: { readonly width: number; readonly heads: number },
  name: string,
): void {
  if (width % heads === 0) return;
  throw badInput(`a divisor of \`${name}.width\` (${width})`, `${name}.heads`, heads);
}
