/**
 * The protocol-buffer wire format, writing only: varints, fixed 32-bit floats and length-delimited fields
 * (https://protobuf.dev/programming-guides/encoding/).
 */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A non-negative or negative safe integer; negative ones take ten bytes, as int64 does. */
  int(field: number, value: number | bigint): this {
    return this.#varint(BigInt(field << 3)).#varint(BigInt.asUintN(64, BigInt(value)));
  }

  ints(field: number, values: readonly number[]): this {
    for (const value of values) this.int(field, value);
    return this;
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#varint(BigInt((field << 3) | 5)).#push(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.header(field, value.length).#push(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** Fields that are encoded already. */
  raw(fields: Uint8Array): this {
    return this.#push(fields);
  }

  /** What stands before the content of a field of bytes. */
  header(field: number, length: number): this {
    return this.#varint(BigInt((field << 3) | 2)).#varint(BigInt(length));
  }

  message(field: number, value: ProtoWriter): this {
    this.header(field, value.#length);
    for (const part of value.#parts) this.#push(part);
    return this;
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      out.set(part, offset);
      offset += part.length;
    }
    return out;
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}
