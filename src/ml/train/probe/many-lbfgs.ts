/** Independent smooth convex problems of one size, evaluated together. */
export interface Problems {
  readonly count: number;
  /** Coordinates of each. */
  readonly dimension: number;
  /** `points` and `gradients` `[count, dimension]`, `values` `[count]`; whoever calls keeps neither result. */
  evaluate(points: Float32Array): Promise<{ values: Float64Array; gradients: Float32Array }>;
  /** About the inverse of each Hessian's diagonal, `[count, dimension]`. */
  readonly scale: Float32Array;
}

export interface LbfgsOptions {
  /** A problem is solved once its value is about this share of itself above its least. */
  readonly tolerance: number;
  readonly maxEvaluations: number;
  /** After each evaluation: how many there were. */
  readonly onEvaluation?: (evaluations: number) => void;
}

export interface Minima {
  readonly evaluations: number;
  /** How many problems `maxEvaluations` did not suffice for. */
  readonly unsolved: number;
  /** Of the points, `[count]`. */
  readonly values: Float64Array;
}

/** Steps and changes of the gradient that are remembered, each `[count, dimension]`, oldest first. */
export interface LbfgsMemory {
  readonly steps: Float32Array[];
  readonly changes: Float32Array[];
}

const MEMORY = 10;
/** Arrays as large as the points that are kept from one evaluation to the next: of a step two each. */
export const REMEMBERED = 2 * MEMORY;
/** Of the slope at the start: as much as the value must fall by at least. */
const DECREASE = 1e-4;
/** Values are sums of float32: below this share of them nothing can be told apart. */
const NOISE = 2e-7;
/** A step along which the gradient changed less, for its own size, says nothing. */
const NO_CURVATURE = 1e-10;

/**
 * Limited-memory BFGS (Liu and Nocedal 1989, 10.1007/BF01589116) on many problems at once: each has its own history and step
 * length, and all share every evaluation, whose cost is a product of matrices. `scale` stands for the inverse Hessian before
 * anything is remembered. All that it goes on with is float32, so that it can be written down and taken up bit for bit.
 *
 * A problem is searching along its direction until a step is good, takes it, and is solved once its value can fall no further;
 * a solved one stays where it is. Starts at `points`, which it moves, with `memory`, to which it adds. Where `maxEvaluations` do
 * not suffice, a problem is left at the last step that it took, to which its value belongs.
 */
export async function minimizeMany(
  problems: Problems,
  points: Float32Array,
  memory: LbfgsMemory,
  { tolerance, maxEvaluations, onEvaluation }: LbfgsOptions,
): Promise<Minima> {
  const { count, dimension, scale } = problems;
  const bases = points.slice();
  const baseGradients = new Float32Array(points.length);
  const baseValues = new Float64Array(count);
  const directions = new Float32Array(points.length);
  /** Along the direction, at its base. */
  const slopes = new Float64Array(count);
  const lengths = new Float64Array(count).fill(1);
  const solved = new Uint8Array(count);
  const values = new Float64Array(count);
  let evaluations = 0;
  let unsolved = count;
  while (unsolved > 0 && evaluations < maxEvaluations) {
    const found = await problems.evaluate(points);
    const isFirst = evaluations++ === 0;
    if (!isFirst) openSlot(memory, points.length);
    for (let k = 0; k < count; k++) {
      if (solved[k]) continue;
      const own = (all: Float32Array) => all.subarray(k * dimension, (k + 1) * dimension);
      const [point, base, direction] = [own(points), own(bases), own(directions)];
      const [gradient, baseGradient] = [own(found.gradients), own(baseGradients)];
      const value = found.values[k]!;
      if (!isFirst) {
        const [length, slope] = [lengths[k]!, slopes[k]!];
        const slopeHere = dot(gradient, direction);
        const allowed = baseValues[k]! + DECREASE * length * slope;
        if (value > allowed + NOISE * Math.abs(value) && slopeHere > 0) {
          // To where the parabola through both slopes is least.
          lengths[k] = length * Math.max(0.1, Math.min(0.7, slope / (slope - slopeHere)));
          move(point, base, direction, lengths[k]!);
          continue;
        }
        remember(own(memory.steps.at(-1)!), point, base);
        remember(own(memory.changes.at(-1)!), gradient, baseGradient);
      }
      values[k] = value;
      direction.set(gradient);
      applyInverse(direction, memory.steps.map(own), memory.changes.map(own), own(scale));
      const slope = -dot(gradient, direction);
      if (-slope / 2 <= tolerance * Math.abs(value)) {
        solved[k] = 1;
        unsolved--;
        continue;
      }
      for (let i = 0; i < dimension; i++) direction[i] = -direction[i]!;
      base.set(point);
      baseGradient.set(gradient);
      baseValues[k] = value;
      slopes[k] = slope;
      lengths[k] = 1;
      move(point, base, direction, 1);
    }
    onEvaluation?.(evaluations);
  }
  // What is still searching is at a point that nobody has evaluated.
  for (let k = 0; k < count; k++) {
    if (!solved[k]) points.set(bases.subarray(k * dimension, (k + 1) * dimension), k * dimension);
  }
  return { evaluations, unsolved, values };
}

/** Room for what this evaluation teaches; a problem that takes no step leaves zeros there, which are passed over. */
function openSlot({ steps, changes }: LbfgsMemory, length: number): void {
  for (const kept of [steps, changes]) {
    kept.push(kept.length === MEMORY ? kept.shift()!.fill(0) : new Float32Array(length));
  }
}

function remember(slot: Float32Array, now: Float32Array, before: Float32Array): void {
  for (let i = 0; i < slot.length; i++) slot[i] = now[i]! - before[i]!;
}

/** The two loops of L-BFGS for one problem: `q`, its gradient, becomes the inverse Hessian's product with it. */
function applyInverse(
  q: Float32Array,
  steps: readonly Float32Array[],
  changes: readonly Float32Array[],
  scale: Float32Array,
): void {
  const used: { s: Float32Array; y: Float32Array; curvature: number; alpha: number }[] = [];
  let gamma = 1;
  for (let at = steps.length - 1; at >= 0; at--) {
    const [s, y] = [steps[at]!, changes[at]!];
    const curvature = dot(s, y);
    if (!(curvature > NO_CURVATURE * dot(y, y))) continue;
    if (used.length === 0) gamma = curvature / scaledSquare(y, scale);
    const alpha = dot(s, q) / curvature;
    addTo(q, y, -alpha);
    used.push({ s, y, curvature, alpha });
  }
  for (let i = 0; i < q.length; i++) q[i] = q[i]! * scale[i]! * gamma;
  for (const { s, y, curvature, alpha } of used.reverse()) {
    addTo(q, s, alpha - dot(y, q) / curvature);
  }
}

function scaledSquare(x: Float32Array, scale: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]! * scale[i]!;
  return sum;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(target: Float32Array, x: Float32Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + factor * x[i]!;
}

function move(
  point: Float32Array,
  base: Float32Array,
  direction: Float32Array,
  length: number,
): void {
  for (let i = 0; i < point.length; i++) point[i] = base[i]! + length * direction[i]!;
}
