export interface Field {
  readonly number: number;
  /** With what stands before it. */
  readonly whole: Uint8Array;
  /** Of a field of bytes. */
  readonly content: Uint8Array;
}

/** Of a message, in their order. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * shift;
      shift *= 128;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    let from = at;
    if ((tag & 7) === 0) varint();
    else if ((tag & 7) === 5) at += 4;
    else {
      const length = varint();
      from = at;
      at += length;
    }
    fields.push({
      number: tag >>> 3,
      whole: bytes.subarray(start, at),
      content: bytes.subarray(from, at),
    });
  }
  return fields;
}
