import { integer } from '../options.js';

/** Coordinates of the feature that a fusion makes. */
export const width = integer(1, 16384, 512);
