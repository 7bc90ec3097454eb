import { constant } from './constant.js';
import type { Schedule } from './schedule.js';
import { warmupCosine } from './warmup-cosine.js';

/** Every schedule by its name in the API. */
export const SCHEDULES = {
  CONSTANT: constant,
  WARMUP_COSINE: warmupCosine,
} as const satisfies Record<string, Schedule>;
export type ScheduleKind = keyof typeof SCHEDULES;
