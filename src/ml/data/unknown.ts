/**
 * What dense targets `[N, L]` hold for a label of which nobody knows whether the sample carries it; 0: it does not, 1: it
 * does. In `LabelSets` an unknown label l is `~l`.
 */
export const UNKNOWN = 2;
