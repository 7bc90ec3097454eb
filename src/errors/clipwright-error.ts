import { ERRORS, type ErrorCode } from './registry.js';

/** An error whose code and message a client may see; anything else is masked. */
export class ClipwrightError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** where this one differs from what the registry says of its code */
    readonly retryable: boolean = ERRORS[code].retryable,
  ) {
    super(message);
    this.name = 'ClipwrightError';
  }
}
