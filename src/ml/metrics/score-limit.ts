/** More scores than this are not held in memory, resampled or compared: a thousand resamples of them would take minutes. */
export const MAX_SCORES = 20_000_000;
