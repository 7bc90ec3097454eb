import { integer, number } from '../options.js';
import { defineSchedule } from './schedule.js';

/** Stays for `stepEpochs` epochs, then is multiplied by `stepFactor`, and so on (PyTorch's `StepLR`). */
export const step = defineSchedule({
  options: {
    stepEpochs: integer(1, 10_000, 10),
    stepFactor: number({ min: 0, max: 1, aboveMin: true }, 0.1),
  },
  factor: ({ step, stepsPerEpoch }, { stepEpochs, stepFactor }) =>
    stepFactor ** Math.floor(step / stepsPerEpoch / stepEpochs),
});
