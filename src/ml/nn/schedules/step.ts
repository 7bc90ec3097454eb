import type { Schedule } from './schedule.js';

/** Stays for `stepEpochs` epochs, then is multiplied by `stepFactor`, and so on (PyTorch's `StepLR`). */
export const step: Schedule = ({ step, stepsPerEpoch }, { stepEpochs, stepFactor }) =>
  stepFactor ** Math.floor(step / stepsPerEpoch / stepEpochs);
