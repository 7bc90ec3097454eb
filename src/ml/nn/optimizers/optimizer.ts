import type { Node } from '../../graph/node.js';
import { number, type Options, type OptionValues, oneOf } from '../options.js';
import { SCHEDULES, type ScheduleKind, scheduleOptions } from '../schedules/table.js';

const KINDS = Object.keys(SCHEDULES) as ScheduleKind[];

/** What every optimizer has, with its own defaults where those differ. */
export const commonOptions = (own: { learningRate: number; weightDecay: number }) =>
  ({
    learningRate: number({ min: 0, max: 10, aboveMin: true }, own.learningRate),
    weightDecay: number({ min: 0, max: 10 }, own.weightDecay),
    /** Of all gradients together; 0: any. */
    clipNorm: number({ min: 0, max: 1e6 }, 0),
    /** 0: no averages are kept. */
    averageDecay: number({ min: 0, max: 1, belowMax: true }, 0),
    schedule: oneOf(KINDS, 'CONSTANT'),
    ...scheduleOptions,
  }) satisfies Options;

/** One parameter in one step; all nodes but the scalars have the parameter's shape. */
export interface Update<S extends string, C extends string> {
  readonly parameter: Node;
  readonly gradient: Node;
  readonly slots: Readonly<Record<S, Node>>;
  readonly scalars: Readonly<Record<C, Node>>;
  /** Whether weight decay applies to this parameter. */
  readonly decay: boolean;
}

export interface Updated<S extends string> {
  readonly parameter: Node;
  readonly slots: Readonly<Record<S, Node>>;
}

/**
 * `slots`: what is kept beside each parameter, zero at first. `scalars`: what every step is fed, computed outside the
 * graph, so that schedules and bias corrections cost no pass over the parameters.
 */
export interface Optimizer<O extends Options, S extends string, C extends string> {
  readonly options: O;
  readonly slots: readonly S[];
  readonly scalars: readonly C[];
  /** `step` from 1; `learningRate` as the schedule has it in this step. */
  scalarsAt(
    step: number,
    learningRate: number,
    options: OptionValues<O>,
  ): Readonly<Record<C, number>>;
  update(update: Update<S, C>, options: OptionValues<O>): Updated<S>;
}

export const defineOptimizer = <const O extends Options, S extends string, C extends string>(
  optimizer: Optimizer<O, S, C>,
): Optimizer<O, S, C> => optimizer;
