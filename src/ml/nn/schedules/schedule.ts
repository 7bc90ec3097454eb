import type { Options, OptionValues } from '../options.js';

/** Where a step stands in its run. */
export interface StepPosition {
  /** From 0. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** Its options stand among those of the optimizer. */
export interface Schedule<O extends Options> {
  readonly options: O;
  /** On the learning rate in one step; it depends on nothing but the position. */
  factor(position: StepPosition, options: OptionValues<O>): number;
}

export const defineSchedule = <const O extends Options>(schedule: Schedule<O>): Schedule<O> =>
  schedule;
