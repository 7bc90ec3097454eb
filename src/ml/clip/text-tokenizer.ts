import { Tokenizer } from '@huggingface/tokenizers';
import { ClipwrightError } from '../../errors/clipwright-error.js';

/** Far beyond any context; a longer text is cut here, so that no input makes tokenisation slow. */
export const MAX_TEXT_UNITS = 16_384;

/**
 * Texts to ids as Hugging Face's Rust tokenizers do, special tokens included, cut to the context with the end kept.
 * `@huggingface/tokenizers` agrees with them but for the final sigma (below).
 */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #prefix: readonly number[];
  readonly #suffix: readonly number[];
  readonly #lowercases: boolean;
  /** Fills up a row of a batch. */
  readonly padId: number;

  constructor(
    tokenizerJson: unknown,
    tokenizerConfig: unknown,
    private readonly contextLength: number,
  ) {
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
    if (this.#prefix.length + this.#suffix.length >= contextLength) {
      throw new ClipwrightError(
        'ENCODER_FILE_INVALID',
        `tokenizer.json adds ${this.#prefix.length + this.#suffix.length} tokens of its own, which leaves no room in a context of ${contextLength}`,
      );
    }
    this.#lowercases = namesLowercase(property(tokenizerJson, 'normalizer'));
    this.padId = this.#findPadId(tokenizerJson, tokenizerConfig);
  }

  encode(text: string): number[] {
    const bounded = wellFormed(text.slice(0, MAX_TEXT_UNITS));
    // Rust lower-cases each character alone; JavaScript turns a sigma at a word's end into its final form.
    const input = this.#lowercases ? bounded.replaceAll('Σ', 'σ') : bounded;
    const ids = this.#tokenizer.encode(input, { add_special_tokens: false }).ids;
    const room = this.contextLength - this.#prefix.length - this.#suffix.length;
    return [...this.#prefix, ...ids.slice(0, room), ...this.#suffix];
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
