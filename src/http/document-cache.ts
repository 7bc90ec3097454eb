import { createHash } from 'node:crypto';
import type { DocumentNode } from 'graphql';

/** Of all documents together; a token takes some 300 bytes as a tree. */
const MAX_TOKENS = 100_000;

/**
 * Documents that were parsed and found valid, the latest ones. Clients send the same few over and over; the key is the
 * SHA-256 of the text, by which Apollo asks too.
 */
export class DocumentCache {
  readonly #documents = new Map<string, DocumentNode>();
  #tokens = 0;

  constructor(private readonly maxTokens = MAX_TOKENS) {}

  static key(source: string): string {
    return createHash('sha256').update(source).digest('hex');
  }

  get size(): number {
    return this.#documents.size;
  }

  get(key: string): DocumentNode | undefined {
    const document = this.#documents.get(key);
    if (document) {
      this.#documents.delete(key);
      this.#documents.set(key, document);
    }
    return document;
  }

  set(key: string, document: DocumentNode): void {
    this.#remove(key);
    this.#documents.set(key, document);
    this.#tokens += tokensOf(document);
    for (const oldest of this.#documents.keys()) {
      // The newest stays whatever its size: it is about to be executed.
      if (this.#tokens <= this.maxTokens || oldest === key) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const document = this.#documents.get(key);
    if (!document) return;
    this.#documents.delete(key);
    this.#tokens -= tokensOf(document);
  }
}

function tokensOf(document: DocumentNode): number {
  return document.tokenCount ?? 1000;
}
