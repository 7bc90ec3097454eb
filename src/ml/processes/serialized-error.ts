import { ClipwrightError } from '../../errors/clipwright-error.js';
import { orDiskFull } from '../../errors/disk-full.js';
import type { SerializedError } from './process-protocol.js';

export function serializeError(thrown: unknown): SerializedError {
  const error = orDiskFull(thrown);
  if (error instanceof ClipwrightError) {
    const { code, message, stack, retryable } = error;
    return { code, message, stack, retryable };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, stack, retryable: false };
}

export function deserializeError({ code, message, stack, retryable }: SerializedError): Error {
  const error = code === null ? new Error(message) : new ClipwrightError(code, message, retryable);
  if (stack !== undefined) error.stack = stack;
  return error;
}
