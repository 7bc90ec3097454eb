import { cast, input, mul } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import type { Initializer } from './initializer.js';

/** A trained tensor. `decay`: whether weight decay applies (not to biases and norms). */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly decay: boolean;
  readonly node: Node;
}

/** A dropout mask that every step is fed: `[B, width]` bool, true where the activation is kept. */
export interface DropoutMask {
  readonly name: string;
  readonly width: number;
  readonly keep: number;
}

/**
 * Collects what a model declares while it is being built. Parameters are declared in the order in which they are
 * initialised; names must be unique.
 */
export class Scope {
  readonly parameters: Parameter[] = [];
  readonly masks: DropoutMask[] = [];

  /** `batch`: the leading size of activations when training, null when not: dropout then does nothing. */
  constructor(private readonly batch: number | null) {}

  parameter(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    { decay }: { decay: boolean },
  ): Node {
    if (this.parameters.some((parameter) => parameter.name === name)) {
      throw new Error(`expected one parameter named \`${name}\``);
    }
    const node = input(name, shape);
    this.parameters.push({ name, shape, initializer, decay, node });
    return node;
  }

  /** Inverted dropout: keeps each element of `x` `[B, width]` with probability 1 − `rate` and scales by its inverse. */
  dropout(name: string, x: Node, rate: number): Node {
    if (this.batch === null || rate === 0) return x;
    const width = x.shape[1] as number;
    const keep = 1 - rate;
    this.masks.push({ name, width, keep });
    const mask = input(name, [this.batch, width], 'bool');
    return mul(x, mul(cast(mask, 'float32'), 1 / keep));
  }
}
