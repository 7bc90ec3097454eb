/** A bit for each of a version's samples, the lowest of a byte first as `get_bit` of PostgreSQL has it: 1 at these positions. */
export function positionMask(
  sampleCount: number,
  positions: Iterable<Iterable<number>>,
): Uint8Array {
  const mask = new Uint8Array(Math.ceil(sampleCount / 8));
  for (const some of positions) {
    for (const position of some) mask[position >> 3]! |= 1 << (position & 7);
  }
  return mask;
}
