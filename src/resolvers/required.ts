import { ClipwrightError } from '../errors/clipwright-error.js';

/** For what a mutation, a subscription or a non-null field must find. */
export function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) {
    throw new ClipwrightError(
      'NOT_FOUND',
      `There is no ${what}; it may have been deleted meanwhile.`,
    );
  }
  return value;
}
