import { constant } from './constant.js';
import { oneCycle } from './one-cycle.js';
import type { Schedule } from './schedule.js';
import { step } from './step.js';
import { warmupCosine } from './warmup-cosine.js';

/** Every schedule by its name in the API. */
export const SCHEDULES = {
  CONSTANT: constant,
  WARMUP_COSINE: warmupCosine,
  STEP: step,
  ONE_CYCLE: oneCycle,
} as const satisfies Record<string, Schedule>;
export type ScheduleKind = keyof typeof SCHEDULES;
