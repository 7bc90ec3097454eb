import { constant } from './constant.js';
import { oneCycle } from './one-cycle.js';
import { step } from './step.js';
import { warmupCosine } from './warmup-cosine.js';

/** Every schedule by its name in the API. */
export const SCHEDULES = {
  CONSTANT: constant,
  WARMUP_COSINE: warmupCosine,
  STEP: step,
  ONE_CYCLE: oneCycle,
} as const;
export type ScheduleKind = keyof typeof SCHEDULES;

/** What schedules ask of an optimizer's options; each has an effect only with the schedule that it belongs to. */
export const scheduleOptions = { ...warmupCosine.options, ...step.options } as const;
