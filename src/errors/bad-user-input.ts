import { ClipwrightError } from './clipwright-error.js';

/** @param message names the argument: 'expected X for `name` but received Y' */
export function badUserInput(message: string): ClipwrightError {
  return new ClipwrightError('BAD_USER_INPUT', message);
}
