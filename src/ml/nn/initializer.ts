import type { Rng } from '../data/rng.js';
import type { TensorData } from '../graph/dtype.js';

type Tensors = Readonly<Record<string, TensorData>>;

/** How a parameter starts. `fanIn`: the number of inputs that each output sums over. */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniformFanIn'; readonly fanIn: number }
  /** As one of the tensors that the run is given (heads/given.ts), of the parameter's shape. */
  | { readonly kind: 'given'; readonly name: string };

/** Draws from `rng` only for random initializers, element by element in row-major order. */
const INITIALIZERS: {
  readonly [K in Initializer['kind']]: (
    initializer: Extract<Initializer, { kind: K }>,
    data: Float32Array,
    rng: Rng,
    given: Tensors,
  ) => void;
} = {
  zeros: (_, data) => data.fill(0),
  ones: (_, data) => data.fill(1),
  constant: ({ value }, data) => data.fill(value),
  /** U(−1/√fanIn, 1/√fanIn): what PyTorch's `nn.Linear` does, He et al. 2015 (1502.01852) with a = √5. */
  uniformFanIn: ({ fanIn }, data, rng) => {
    const bound = 1 / Math.sqrt(fanIn);
    for (let i = 0; i < data.length; i++) data[i] = (2 * rng.uniform() - 1) * bound;
  },
  given: ({ name }, data, _rng, given) => {
    const tensor = given[name];
    if (tensor?.data.length !== data.length) {
      throw new Error(`expected ${data.length} values of \`${name}\` to start from`);
    }
    data.set(tensor.data as Float32Array);
  },
};

export function initialize<K extends Initializer['kind']>(
  initializer: Extract<Initializer, { kind: K }>,
  size: number,
  rng: Rng,
  given: Tensors = {},
): Float32Array {
  const data = new Float32Array(size);
  const fill: (typeof INITIALIZERS)[K] = INITIALIZERS[initializer.kind as K];
  fill(initializer, data, rng, given);
  return data;
}
