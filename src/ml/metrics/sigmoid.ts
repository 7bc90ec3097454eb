/** σ(x) = 1 / (1 + e⁻ˣ), without overflow at either end. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** log(1 + eˣ), without overflow at either end. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Half the distance from 1 to the next lower float32: less says nothing in single precision. */
const CLOSEST = 2 ** -25;

/** The inverse of σ, with `prob` held 2⁻²⁵ away from 0 and 1, so that the result is within ±17.33. */
export function logit(prob: number): number {
  const held = Math.min(1 - CLOSEST, Math.max(CLOSEST, prob));
  return Math.log(held) - Math.log1p(-held);
}
