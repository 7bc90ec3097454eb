/** IEEE 754's binary16 by its bits, which JavaScript has no array of in every version that we run on. */

export const LARGEST_FLOAT16 = 65_504;
const NAN = 0x7e00;
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest, of two equally near the even one; beyond the largest number, that; of NaN, NaN. */
export function toFloat16(
  values: Float32Array,
  into = new Uint16Array(values.length),
): Uint16Array {
  for (let i = 0; i < values.length; i++) {
    float[0] = Math.max(-LARGEST_FLOAT16, Math.min(LARGEST_FLOAT16, values[i]!));
    if (Number.isNaN(values[i])) {
      into[i] = NAN;
      continue;
    }
    const sign = (bits[0]! >>> 16) & 0x8000;
    const magnitude = bits[0]! & 0x7fffffff;
    if (magnitude >= 0x38800000) {
      // A normal number: the exponent's bias is another one, and 13 bits of the mantissa are rounded away.
      const even = (magnitude >>> 13) & 1;
      into[i] = sign | ((magnitude - 0x38000000 + 0xfff + even) >>> 13);
    } else {
      float[0] = 0.5 + Math.abs(float[0]!);
      into[i] = sign | (bits[0]! - 0x3f000000);
    }
  }
  return into;
}

let table: Float32Array | undefined;

export function fromFloat16(
  halves: Uint16Array,
  into = new Float32Array(halves.length),
): Float32Array {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => numberOf(half));
  for (let i = 0; i < halves.length; i++) into[i] = table[halves[i]!]!;
  return into;
}

function numberOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
