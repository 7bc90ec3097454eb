import type { OptionValues } from '../options.js';
import type { scheduleOptions } from './options.js';

/** Where a step stands in its run. */
export interface StepPosition {
  /** From 0. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** The factor on the learning rate in one step; it depends on nothing but the position. */
export type Schedule = (
  position: StepPosition,
  options: OptionValues<typeof scheduleOptions>,
) => number;
