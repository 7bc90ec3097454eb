import { defineSchedule } from './schedule.js';

const RISE = 0.3;
const START = 1 / 25;
const END = START / 1e4;

/**
 * Along half a cosine from 1/25 up to 1 over the first 30 % of the steps, then along another down to 1/250,000 in the last
 * one (Smith and Topin 2018, 1708.07120; numbers as PyTorch's `OneCycleLR` with its defaults). The learning rate only:
 * momentum stays.
 */
export const oneCycle = defineSchedule({
  options: {},
  factor: ({ step, totalSteps }) => {
    const top = RISE * totalSteps - 1;
    if (step <= top) return between(START, 1, step / top);
    return between(1, END, (step - top) / (totalSteps - 1 - top));
  },
});

/** From `from` at 0 to `to` at 1 along half a cosine. */
function between(from: number, to: number, part: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part));
}
