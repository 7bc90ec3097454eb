import type { TextPreprocessing } from './encoder-description.js';
import { lowercasing } from './text-tokenizer.js';

type AddedTokens = readonly { readonly id: number; readonly content: string }[];

/**
 * A tokenizer.json with which Hugging Face's tokenizers do by themselves what `TextTokenizer` does: lower case, cut to the context, filled
 * up to it where the encoder wants that.
 * @param file the encoder's own
 * @param padId as `TextTokenizer` finds it, which takes a while where the vocabulary is large
 */
export function plainTokenizer(
  file: unknown,
  { contextLength, padsToContext, lowercases }: TextPreprocessing,
  padId: () => number,
): unknown {
  const json = (lowercases ? lowercasing(file) : file) as {
    added_tokens?: AddedTokens;
  };
  return {
    ...json,
    truncation: {
      direction: 'Right',
      max_length: contextLength,
      strategy: 'LongestFirst',
      stride: 0,
    },
    padding: padsToContext ? paddingTo(contextLength, padId(), json.added_tokens) : null,
  };
}

function paddingTo(length: number, id: number, tokens: AddedTokens = []): object {
  return {
    strategy: { Fixed: length },
    direction: 'Right',
    pad_to_multiple_of: null,
    pad_id: id,
    pad_type_id: 0,
    pad_token: tokens.find((token) => token.id === id)?.content ?? '',
  };
}
