/** How far two numbers may be apart: `absolute + relative · |expected|`. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/**
 * Throws unless `actual` is `expected` element by element: NaN only for NaN, an infinity only for the same one, and
 * finite numbers within the tolerance.
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute, relative }: Tolerance,
  name = 'value',
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${name}: expected ${expected.length} elements but received ${actual.length}`);
  }
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    const same = Object.is(a, b) || a === b;
    const near = Math.abs(a - b) <= absolute + relative * Math.abs(b);
    if (same || (near && Number.isFinite(a) && Number.isFinite(b))) continue;
    throw new Error(
      `${name}[${i}]: expected ${b} ± ${absolute} ± ${relative}·|x| but received ${a}`,
    );
  }
}
