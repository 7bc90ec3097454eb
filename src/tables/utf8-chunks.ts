/** Spreadsheets write it as 'Unicode text': with a byte order mark, as without one nothing tells it from other bytes. */
const UTF_16 = { '255,254': 'utf-16le', '254,255': 'utf-16be' } as const;

/**
 * Gives UTF-16 with a byte order mark as UTF-8, and all else as it is. What is no character in UTF-16 (half of a pair)
 * becomes U+FFFD.
 */
export async function* utf8Chunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let first: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (first) {
      bytes = first.length > 0 ? Buffer.concat([first, chunk]) : chunk;
      // A copy: the source may use its chunk again.
      first = bytes.length < 2 ? bytes.slice() : undefined;
      if (first) continue;
      const encoding = UTF_16[`${bytes[0]},${bytes[1]}` as keyof typeof UTF_16];
      if (encoding) decoder = new TextDecoder(encoding);
    }
    yield decoder ? encoder.encode(decoder.decode(bytes, { stream: true })) : bytes;
  }
  if (first && first.length > 0) yield first;
  if (decoder) yield encoder.encode(decoder.decode());
}
