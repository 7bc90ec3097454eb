export const SPLITS = ['TRAIN', 'VALIDATION', 'TEST'] as const;

/** Of the address; null is all of them. */
export function readSplit(text: string): (typeof SPLITS)[number] | null {
  return SPLITS.find((split) => split === text) ?? null;
}
