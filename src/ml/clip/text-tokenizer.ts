import { Tokenizer } from '@huggingface/tokenizers';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { TextPreprocessing } from './encoder-description.js';

/** Far beyond any context; a longer text is cut here, so that no input makes tokenisation slow. */
export const MAX_TEXT_UNITS = 16_384;

/**
 * Texts to ids as Hugging Face's Rust tokenizers do, special tokens included, cut to the context with the end kept, and padded
 * to it where the encoder wants that.
 * `@huggingface/tokenizers` agrees with them but for the final sigma (below), and for a text that is nothing but a special token in capitals.
 */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #prefix: readonly number[];
  readonly #suffix: readonly number[];
  readonly #lowercases: boolean;
  /** Fills up a row of a batch. */
  readonly padId: number;

  constructor(
    file: unknown,
    tokenizerConfig: unknown,
    private readonly text: TextPreprocessing,
  ) {
    const tokenizerJson = text.lowercases ? lowercasing(file) : file;
    try {
      this.#tokenizer = new Tokenizer(tokenizerJson as object, (tokenizerConfig ?? {}) as object);
      const marked = this.#tokenizer.encode('a').ids;
      const plain = this.#tokenizer.encode('a', { add_special_tokens: false }).ids;
      const start = findRun(marked, plain);
      this.#prefix = marked.slice(0, start);
      this.#suffix = marked.slice(start + plain.length);
    } catch (error) {
      if (error instanceof ClipwrightError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ClipwrightError('ENCODER_FILE_INVALID', `tokenizer.json: ${reason}`);
    }
    if (this.#prefix.length + this.#suffix.length >= text.contextLength) {
      throw new ClipwrightError(
        'ENCODER_FILE_INVALID',
        `tokenizer.json adds ${this.#prefix.length + this.#suffix.length} tokens of its own, which leaves no room in a context of ${text.contextLength}`,
      );
    }
    this.#lowercases = namesLowercase(property(tokenizerJson, 'normalizer'));
    this.padId = this.#findPadId(tokenizerJson, tokenizerConfig);
  }

  encode(text: string): readonly number[] {
    return this.padded(this.unpadded(text));
  }

  unpadded(text: string): readonly number[] {
    const bounded = wellFormed(text.slice(0, MAX_TEXT_UNITS));
    // Rust lower-cases each character alone; JavaScript turns a sigma at a word's end into its final form.
    const input = this.#lowercases ? bounded.replaceAll('Σ', 'σ') : bounded;
    const ids = this.#tokenizer.encode(input, { add_special_tokens: false }).ids;
    const { contextLength } = this.text;
    const room = contextLength - this.#prefix.length - this.#suffix.length;
    return [...this.#prefix, ...ids.slice(0, room), ...this.#suffix];
  }

  /** Up to the context where the encoder wants that. */
  padded(ids: readonly number[]): readonly number[] {
    const { contextLength, padsToContext } = this.text;
    if (!padsToContext) return ids;
    return [...ids, ...Array<number>(contextLength - ids.length).fill(this.padId)];
  }

  /** As `padding` in tokenizer.json or the pad token of tokenizer_config.json says; else the last special token. */
  #findPadId(tokenizerJson: unknown, tokenizerConfig: unknown): number {
    const declared = property(property(tokenizerJson, 'padding'), 'pad_id');
    if (typeof declared === 'number') return declared;
    const token = property(tokenizerConfig, 'pad_token');
    const content = typeof token === 'string' ? token : property(token, 'content');
    const id = typeof content === 'string' ? this.#tokenizer.token_to_id(content) : undefined;
    return id ?? this.#suffix.at(-1) ?? this.#prefix.at(-1) ?? 0;
  }
}

function findRun(ids: readonly number[], run: readonly number[]): number {
  for (let start = 0; start + run.length <= ids.length; start += 1) {
    if (run.every((id, i) => ids[start + i] === id)) return start;
  }
  throw new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    "tokenizer.json changes a text's own tokens when it adds special ones",
  );
}

/** tokenizer.json with lower case before whatever else it does; special tokens are found in a text before that. */
export function lowercasing(tokenizerJson: unknown): unknown {
  const own = property(tokenizerJson, 'normalizer');
  const normalizers = [{ type: 'Lowercase' }, ...(own ? [own] : [])];
  return { ...(tokenizerJson as object), normalizer: { type: 'Sequence', normalizers } };
}

function namesLowercase(normalizer: unknown): boolean {
  const parts = property(normalizer, 'normalizers');
  if (Array.isArray(parts)) return parts.some(namesLowercase);
  return property(normalizer, 'type') === 'Lowercase';
}

/** Lone halves of surrogate pairs become U+FFFD. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
