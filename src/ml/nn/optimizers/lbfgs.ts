import { number, numbers } from '../options.js';

/** Ten to the −i/3: five decades, as CLIP's sweep has (Radford et al. 2021, 2103.00020, appendix A.3), and coarser. */
const PENALTIES = Array.from({ length: 16 }, (_, i) => Number((10 ** (-i / 3)).toPrecision(3)));

/**
 * Not steps on batches but a fit to the end (train/probe): limited-memory BFGS on all samples at once, for one penalty after
 * the other, each from where the last one ended. It minimises mean loss + ½ · penalty · ‖W‖².
 */
export const lbfgs = {
  options: {
    /** Each is an epoch of the run; from strong to weak the whole path takes a few times as long as its last fit. */
    penalties: numbers({ min: 1, max: 100 }, { min: 1e-9, max: 1e6 }, PENALTIES),
    /** How far above its least value the objective of a label may remain, as a share of it. */
    tolerance: number({ min: 1e-7, max: 0.01 }, 1e-5),
  },
} as const;
