import { type FileHandle, open } from 'node:fs/promises';

export interface ProtoRange {
  /** Offsets in the file; `end` is the first byte that is no longer part of it. */
  readonly start: number;
  readonly end: number;
}

/** A field and where its content lies; of a number, its encoding. */
export interface ProtoField extends ProtoRange {
  readonly number: number;
  readonly isBytes: boolean;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Read at once; contents longer than that are mostly passed over. */
const WINDOW_BYTES = 16 * 1024;
const LONGEST_TEXT = 4096;
const LONGEST_CONTENT = 64 * 1024 * 1024;
/** A tower has some ten thousand. */
const MAX_FIELDS = 2_000_000;

/**
 * A protobuf file of any size, looked at field by field: what is not asked for is passed over unread
 * (https://protobuf.dev/programming-guides/encoding/). Whoever opened it closes it.
 */
export class ProtoFile {
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #fields = 0;

  private constructor(
    private readonly file: FileHandle,
    readonly size: number,
  ) {}

  static async open(path: string): Promise<ProtoFile> {
    const file = await open(path, 'r');
    try {
      return new ProtoFile(file, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** @throws where the bytes are no message, or the file has more fields than any model */
  async *fields({ start, end }: ProtoRange): AsyncGenerator<ProtoField> {
    for (let at = start; at < end; ) {
      this.#fields += 1;
      if (this.#fields > MAX_FIELDS) throw new Error(`it has more than ${MAX_FIELDS} fields`);
      const tag = await this.#varint(at, end);
      const number = tag.value >>> 3;
      if (number === 0 || tag.value > 0xffff_ffff)
        throw new Error('it has a field without a number');
      const content = await this.#content(tag.value & 7, tag.end, end);
      if (content.end > end) throw new Error('it ends in the middle of a field');
      yield { number, isBytes: (tag.value & 7) === BYTES, ...content };
      at = content.end;
    }
  }

  /** Of a field of bytes. @throws beyond 4 KiB, which no name has */
  async text({ start, end }: ProtoRange): Promise<string> {
    if (end - start > LONGEST_TEXT) throw new Error(`it has a name of ${end - start} bytes`);
    return (await this.#bytes(start, end)).toString('utf8');
  }

  /** A field's content as it is. @throws beyond 64 MiB, which no node has */
  async read({ start, end }: ProtoRange): Promise<Uint8Array> {
    if (end - start > LONGEST_CONTENT) throw new Error(`it has a node of ${end - start} bytes`);
    return Uint8Array.from(await this.#bytes(start, end));
  }

  /** Of a field of a number; beyond 2^53 no longer exact. */
  async number({ start, end }: ProtoRange): Promise<number> {
    return (await this.#varint(start, end)).value;
  }

  async #content(wire: number, at: number, end: number): Promise<ProtoRange> {
    switch (wire) {
      case VARINT:
        return { start: at, end: (await this.#varint(at, end)).end };
      case FIXED64:
        return { start: at, end: at + 8 };
      case FIXED32:
        return { start: at, end: at + 4 };
      case BYTES: {
        const length = await this.#varint(at, end);
        return { start: length.end, end: length.end + length.value };
      }
      default:
        throw new Error(`it has a field of wire type ${wire}`);
    }
  }

  async #varint(at: number, end: number): Promise<{ value: number; end: number }> {
    const bytes = await this.#bytes(at, Math.min(at + 10, end));
    let value = 0;
    for (const [index, byte] of bytes.entries()) {
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return { value, end: at + index + 1 };
    }
    throw new Error(
      bytes.length < 10
        ? 'it ends in the middle of a number'
        : 'it has a number of more than ten bytes',
    );
  }

  async #bytes(start: number, end: number): Promise<Buffer> {
    const until = this.#windowStart + this.#window.length;
    if (start < this.#windowStart || end > until) {
      const window = Buffer.alloc(Math.max(WINDOW_BYTES, end - start));
      const { bytesRead } = await this.file.read(window, 0, window.length, start);
      this.#window = window.subarray(0, bytesRead);
      this.#windowStart = start;
      if (bytesRead < end - start) throw new Error('it ends in the middle of a field');
    }
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }
}
