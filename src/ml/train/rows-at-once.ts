/** Rows that a graph outside of training is fed at once: fixed, so that results depend on nothing else. */
export const ROWS_AT_ONCE = 2048;
