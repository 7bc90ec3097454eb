/** Of each row of `a` to that of `b`, all of length 1. NaN where a value is none: no gate lets that pass. */
export function lowestCosine(a: Float32Array, b: Float32Array, dimension: number): number {
  let lowest = 1;
  for (let row = 0; row < a.length; row += dimension) {
    let cosine = 0;
    for (let i = row; i < row + dimension; i++) cosine += a[i]! * b[i]!;
    lowest = Number.isNaN(cosine) ? cosine : Math.min(lowest, cosine);
    if (Number.isNaN(lowest)) break;
  }
  return lowest;
}
