import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';

/** An attempt that throws is repeated until as many have thrown. */
export const MAX_FAILURES = 5;
/** An attempt that loses the database does not count as one that threw, up to as many. */
export const MAX_CUT_OFF = 25;
export const CUT_OFF_DELAY_MS = 1000;

/** 1, 2, 4, 8 s after the first, second … failure. */
export function retryDelayMs(failures: number): number {
  return 1000 * 2 ** (failures - 1);
}

/** Whether another attempt may do better. */
export function isWorthRetrying(thrown: unknown): boolean {
  const error = orDiskFull(thrown);
  return error instanceof ClipwrightError ? error.retryable : true;
}

/** What clients may see of an error; the log has the rest. */
export function publicError(thrown: unknown, jobId: string): { code: string; message: string } {
  const error = orDiskFull(thrown);
  if (error instanceof ClipwrightError) return { code: error.code, message: error.message };
  return {
    code: 'INTERNAL',
    message: `unexpected error; the server's log has it under job ${jobId}`,
  };
}
