/** Null for 0 / 0 and for whatever else would be divided by 0: there is nothing to count. */
export function ratio(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}
