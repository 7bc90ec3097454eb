import { number } from '../options.js';
import { defineSchedule } from './schedule.js';

/**
 * Rises in a straight line over the warm-up's steps (1/w, 2/w, …, 1), then falls along half a cosine from 1; it would
 * reach 0 in the step after the last (Loshchilov and Hutter 2017, 1608.03983, without restarts). With no warm-up it is PyTorch's
 * `CosineAnnealingLR` down to 0.
 */
export const warmupCosine = defineSchedule({
  options: { warmupEpochs: number({ min: 0, max: 10_000 }, 1) },
  factor: ({ step, stepsPerEpoch, totalSteps }, { warmupEpochs }) => {
    const warmup = Math.min(Math.round(warmupEpochs * stepsPerEpoch), totalSteps);
    if (step < warmup) return (step + 1) / warmup;
    return 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / (totalSteps - warmup)));
  },
});
