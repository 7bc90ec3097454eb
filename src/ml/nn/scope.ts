import { cast, input, mul, reshape } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { sizeOf } from '../graph/shape.js';
import type { Initializer } from './initializer.js';

/** A trained tensor. `decay`: whether weight decay applies (not to biases and norms). */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly decay: boolean;
  readonly node: Node;
}

/** A tensor that is kept and not trained: every step leaves `next` in its place, whatever the optimizer does. */
export interface Statistic {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly next: Node;
}

/** A mask that every step is fed: `[B, width]` bool, each element true with probability `keep`. */
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
  /**
   * `batch`: the leading size of activations when training, null when not: masks then keep everything. `prefix` stands
   * before every name that is declared. `rowShares` `[batch, 1]`: what each row counts in a mean over the batch, 0 for rows that
   * only fill it up.
   */
  constructor(
    readonly batch: number | null,
    private readonly prefix = '',
    readonly parameters: Parameter[] = [],
    readonly masks: DropoutMask[] = [],
    readonly statistics: Statistic[] = [],
    readonly rowShares: Node | null = null,
  ) {}

  /** The same collection, with `name.` before what is declared through it. */
  within(name: string): Scope {
    const { batch, parameters, masks, statistics, rowShares } = this;
    return new Scope(batch, `${this.prefix}${name}.`, parameters, masks, statistics, rowShares);
  }

  parameter(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    { decay }: { decay: boolean },
  ): Node {
    const full = this.ownName(name);
    const node = input(full, shape);
    this.parameters.push({ name: full, shape, initializer, decay, node });
    return node;
  }

  /**
   * A statistic of what is trained on, as it was before this step; `next` makes of it what it is after. Outside of training it
   * is fed like a parameter.
   */
  statistic(
    name: string,
    shape: readonly number[],
    initializer: Initializer,
    next: (before: Node) => Node,
  ): Node {
    const full = this.ownName(name);
    const node = input(full, shape);
    this.statistics.push({ name: full, shape, initializer, next: next(node) });
    return node;
  }

  private ownName(name: string): string {
    const full = this.prefix + name;
    if ([...this.parameters, ...this.statistics].some((declared) => declared.name === full)) {
      throw new Error(`expected one parameter named \`${full}\``);
    }
    return full;
  }

  /** A mask `[B, width]` for this step, 1 with probability `keep` and otherwise 0; null when not training. */
  mask(name: string, width: number, keep: number): Node | null {
    if (this.batch === null || keep === 1) return null;
    const full = this.prefix + name;
    this.masks.push({ name: full, width, keep });
    return cast(input(full, [this.batch, width], 'bool'), 'float32');
  }

  /** Inverted dropout: keeps each element of `x` `[B, …]` with probability 1 − `rate` and scales by its inverse. */
  dropout(name: string, x: Node, rate: number): Node {
    const mask = this.mask(name, sizeOf(x.shape.slice(1)), 1 - rate);
    return mask ? mul(x, reshape(mul(mask, 1 / (1 - rate)), x.shape)) : x;
  }
}
