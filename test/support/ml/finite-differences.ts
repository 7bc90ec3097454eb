import { gradients } from '../../../src/ml/autodiff/gradients.js';
import { constant, mul, reduceSum, reshape } from '../../../src/ml/graph/build.js';
import { isOp, type Node } from '../../../src/ml/graph/node.js';
import { sizeOf } from '../../../src/ml/graph/shape.js';
import { verify } from '../../../src/ml/graph/verify.js';
import { interpret } from '../../../src/ml/interpret/interpret.js';
import type { Value } from '../../../src/ml/interpret/value.js';
import { expectClose, type Tolerance } from './close.js';
import { randomValue } from './random.js';

const STEP = 1e-5;
const GRADIENT_TOLERANCE: Tolerance = { absolute: 1e-7, relative: 1e-6 };

/** A scalar that every element of `x` moves differently: a dropped or swapped gradient cannot hide in a sum. */
export function weighedSum(x: Node): Node {
  const shape = x.shape as readonly number[];
  const weights = constant([...randomValue(shape, 99, 0.5, 1.5).data], shape);
  if (shape.length === 0) return mul(x, weights);
  return reshape(
    reduceSum(
      mul(x, weights),
      shape.map((_, axis) => axis),
      true,
    ),
    [],
  );
}

/**
 * Throws unless the gradients of the scalar `loss` by the inputs named in `by` equal central differences in float64. At
 * most `samples` elements of each input are moved.
 */
export function expectGradients(
  loss: Node,
  by: readonly Node[],
  feeds: Readonly<Record<string, Value>>,
  tolerance = GRADIENT_TOLERANCE,
  samples = 40,
): void {
  const grads = gradients(loss, by);
  by.forEach((parameter, index) => {
    if (!isOp(parameter, 'input')) throw new Error('expected inputs');
    const { name } = parameter.attrs;
    const { gradient } = interpret(verify({ outputs: { gradient: grads[index]! } }), feeds);
    const size = sizeOf(parameter.shape);
    const stride = Math.max(1, Math.ceil(size / samples));
    for (let at = 0; at < size; at += stride) {
      const moved = (by: number) => {
        const data = Float64Array.from(feeds[name]!.data);
        data[at]! += by;
        const value = { shape: feeds[name]!.shape, data };
        return interpret({ outputs: { loss } }, { ...feeds, [name]: value }).loss.data[0]!;
      };
      const difference = (moved(STEP) - moved(-STEP)) / (2 * STEP);
      expectClose([gradient.data[at]!], [difference], tolerance, `d loss / d ${name}[${at}]`);
    }
  });
}
