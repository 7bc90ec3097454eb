/** What a field holds: a varint, 32 bits, or bytes. */
export type ProtoValue = bigint | number | Uint8Array;

const VARINT = 0;
const BYTES = 2;
const FLOAT = 5;

/** Fields of one message, each with its values in their order. */
export class ProtoMessage {
  readonly #fields = new Map<number, ProtoValue[]>();

  /**
   * Reads the wire format as ProtoWriter writes it (https://protobuf.dev/programming-guides/encoding/).
   * @throws where the bytes are no message, or have values of other kinds
   */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const take = (length: number) => {
      if (length > bytes.length - at) throw new Error('the message ends in the middle of a field');
      at += length;
      return at - length;
    };
    const varint = () => {
      let value = 0n;
      for (let shift = 0n; shift < 70n; shift += 7n) {
        const byte = bytes[take(1)]!;
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
      throw new Error('the message has a number of more than ten bytes');
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const value = () => {
        switch (tag & 7) {
          case VARINT:
            return BigInt.asIntN(64, varint());
          case FLOAT:
            return view.getFloat32(take(4), true);
          case BYTES: {
            const length = Number(varint());
            const from = take(length);
            return bytes.subarray(from, from + length);
          }
          default:
            throw new Error(`the message has a field of wire type ${tag & 7}`);
        }
      };
      const values = this.#fields.get(tag >>> 3) ?? [];
      values.push(value());
      this.#fields.set(tag >>> 3, values);
    }
  }

  ints(field: number): number[] {
    return this.#all(field, (value) => (typeof value === 'bigint' ? Number(value) : undefined));
  }

  floats(field: number): number[] {
    return this.#all(field, (value) => (typeof value === 'number' ? value : undefined));
  }

  bytes(field: number): Uint8Array[] {
    return this.#all(field, (value) => (value instanceof Uint8Array ? value : undefined));
  }

  strings(field: number): string[] {
    return this.bytes(field).map((bytes) => new TextDecoder().decode(bytes));
  }

  messages(field: number): ProtoMessage[] {
    return this.bytes(field).map((bytes) => new ProtoMessage(bytes));
  }

  #all<T>(field: number, read: (value: ProtoValue) => T | undefined): T[] {
    return (this.#fields.get(field) ?? []).map((value) => {
      const known = read(value);
      if (known === undefined) throw new Error(`field ${field} of the message is of another kind`);
      return known;
    });
  }
}
