import type { Rng } from './rng.js';

/** Beta(α, α), α > 0: in (0, 1) around ½, and near 0 and 1 the more the smaller α is. */
export function drawBeta(rng: Rng, alpha: number): number {
  return 1 / (1 + Math.exp(logGamma(rng, alpha) - logGamma(rng, alpha)));
}

/**
 * The logarithm of a draw from Gamma(shape, 1): Marsaglia and Tsang 2000 (ACM TOMS 26.3) for shape + 1, times U^(1 ÷ shape)
 * as they say in section 6. In logarithms, since the draw itself is 0 in float64 for small shapes.
 */
function logGamma(rng: Rng, shape: number): number {
  const d = shape + 1 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(rng);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(positive(rng)) < 0.5 * x * x + d * (1 - v + Math.log(v))) {
      return Math.log(d * v) + Math.log(positive(rng)) / shape;
    }
  }
}

/** Standard normal, by Box and Muller; its second draw is thrown away, so that the generator's state stays its words. */
function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(positive(rng))) * Math.cos(2 * Math.PI * rng.uniform());
}

/** Uniform over (0, 1]. */
function positive(rng: Rng): number {
  return 1 - rng.uniform();
}
