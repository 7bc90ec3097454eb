import { ClipwrightError } from '../errors/clipwright-error.js';
import type { ErrorCode } from '../errors/registry.js';

/** Thrown by a task whose next attempt would fail in the same way: the job ends FAILED at once. */
export class PermanentError extends ClipwrightError {
  constructor(code: ErrorCode, message: string) {
    super(code, message, false);
    this.name = 'PermanentError';
  }
}
