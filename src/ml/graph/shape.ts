import type { Shape } from './op.js';

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** Number of elements; throws for a shape with a symbolic dimension. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) {
    if (typeof dim === 'string') {
      throw new Error(`expected a static shape but received ${formatShape(shape)}`);
    }
    size *= dim;
  }
  return size;
}

/** Whether values of both shapes have as many elements, whatever the symbolic dimensions turn out to be. */
export function sameSize(a: Shape, b: Shape): boolean {
  const symbols = (shape: Shape) => shape.filter((dim) => typeof dim === 'string').sort();
  const numbers = (shape: Shape) => shape.filter((dim) => typeof dim === 'number');
  return sameShape(symbols(a), symbols(b)) && sizeOf(numbers(a)) === sizeOf(numbers(b));
}

/** NumPy's rule: aligned at the last axis, equal or 1. A symbolic dimension equals only itself; null: no common shape. */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const shape = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return null;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** The axes of `to` along which a value of shape `from` is repeated when it is broadcast to `to`. */
export function repeatedAxes(from: Shape, to: Shape): { added: number[]; stretched: number[] } {
  const added: number[] = [];
  const stretched: number[] = [];
  const offset = to.length - from.length;
  for (let axis = 0; axis < to.length; axis++) {
    if (axis < offset) added.push(axis);
    else if (from[axis - offset] === 1 && to[axis] !== 1) stretched.push(axis);
  }
  return { added, stretched };
}
