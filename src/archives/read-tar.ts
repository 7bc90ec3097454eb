import { badUserInput } from '../errors/bad-user-input.js';
import { readPaxAttributes, readTarHeader, text } from './tar-header.js';

const BLOCK = 512;
/** Of attributes and long names, which are read into memory. */
const MAX_ATTRIBUTES = 64 * 1024;

/** What a tar holds, in its order. */
export type TarPart =
  | { readonly kind: 'entry'; readonly type: string; readonly name: string; readonly bytes: number }
  /** of the file announced last */
  | { readonly kind: 'content'; readonly content: Buffer };

/**
 * Reads a tar as it comes: POSIX ustar and pax, and GNU's long names. No more is held than one chunk and one entry's
 * attributes, of which there are at most 64 KiB.
 *
 * Written here rather than taken from a library: tar-stream 3 holds attributes of any size that an archive claims.
 * @throws BAD_USER_INPUT where it is malformed or ends early
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarPart> {
  const input = new ByteQueue(chunks);
  let path: string | undefined;
  let size: number | undefined;
  for (;;) {
    const block = await input.take(BLOCK);
    // Two blocks of zeros end it; some writers leave them out.
    if (block === null || block.every((byte) => byte === 0)) return;
    const header = block.length === BLOCK ? readTarHeader(block) : null;
    if (!header) throw damaged();
    if ('xgLK'.includes(header.type)) {
      if (header.bytes > MAX_ATTRIBUTES) throw damaged();
      const bytes = await input.take(header.bytes);
      if (bytes === null || bytes.length < header.bytes) throw damaged();
      await input.skip(padding(header.bytes));
      if (header.type === 'L') path = text(bytes);
      if (header.type === 'x') {
        const attributes = readPaxAttributes(bytes);
        if (!attributes) throw damaged();
        path = attributes.path ?? path;
        size = attributes.size;
      }
      continue;
    }
    const bytes = size ?? header.bytes;
    const type = header.type === '7' ? '0' : header.type;
    yield { kind: 'entry', type, name: path ?? header.name, bytes };
    [path, size] = [undefined, undefined];
    // Links and folders have no content, whatever size they name.
    if ('123456'.includes(type)) continue;
    for (let left = bytes; left > 0; ) {
      const content = await input.some(left);
      if (content === null) throw damaged();
      left -= content.length;
      yield { kind: 'content', content };
    }
    await input.skip(padding(bytes));
  }
}

function padding(bytes: number): number {
  return (BLOCK - (bytes % BLOCK)) % BLOCK;
}

function damaged(): Error {
  return badUserInput('The tar is damaged or ends early: pack and upload it again.');
}

/** Chunks as one sequence of bytes. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** What is there, at most `most` bytes; null at the end. */
  async some(most: number): Promise<Buffer | null> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return null;
      this.#chunk = next.value;
    }
    const taken = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(taken.length);
    return taken;
  }

  /** Exactly so many, fewer at the end; null where that comes at once. */
  async take(count: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let left = count;
    while (left > 0) {
      const part = await this.some(left);
      if (part === null) break;
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 0 && count > 0 ? null : Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const part = await this.some(left);
      if (part === null) return;
      left -= part.length;
    }
  }
}
