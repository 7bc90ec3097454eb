import { integer, number, type Options } from '../options.js';

/** What schedules ask of an optimizer's options; each has an effect only with the schedule that it belongs to. */
export const scheduleOptions = {
  /** WARMUP_COSINE */
  warmupEpochs: number({ min: 0, max: 10_000 }, 1),
  /** STEP */
  stepEpochs: integer(1, 10_000, 10),
  stepFactor: number({ min: 0, max: 1, aboveMin: true }, 0.1),
} satisfies Options;
