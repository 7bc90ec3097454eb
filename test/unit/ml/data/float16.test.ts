import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../../../src/ml/data/float16.js';

const bitsOf = (...values: number[]) => [...toFloat16(Float32Array.from(values))];

describe('float16', () => {
  it('has the bits of IEEE 754', () => {
    expect(bitsOf(0, -0, 1, -2, 65_504, 2 ** -14, 2 ** -24, 0.1)).toEqual([
      0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x2e66,
    ]);
  });

  it('is the nearest number, of two equally near the even one', () => {
    expect(bitsOf(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1.5 * 2 ** -24, 2.5 * 2 ** -24)).toEqual([
      0x3c00, 0x3c02, 2, 2,
    ]);
    expect(bitsOf(2047.5 * 2 ** -25, 2 ** -25, 2 ** -25 + 2 ** -40)).toEqual([0x0400, 0, 1]);
  });

  it('ends at its largest number', () => {
    expect(bitsOf(65_519, 70_000, Number.POSITIVE_INFINITY, -1e30)).toEqual([
      0x7bff, 0x7bff, 0x7bff, 0xfbff,
    ]);
  });

  it('keeps NaN', () => {
    expect(bitsOf(1, Number.NaN)).toEqual([0x3c00, 0x7e00]);
  });

  it('comes back as every one of its numbers', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half).filter(
      (half) => (half & 0x7c00) !== 0x7c00,
    );
    expect(toFloat16(fromFloat16(all))).toEqual(all);
    expect([...fromFloat16(Uint16Array.of(0x7c00, 0xfc00, 0x7e00))]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });
});
