import { ClipwrightError } from './clipwright-error.js';
import { driverCode } from './driver-code.js';

/** @param needed bytes that are missing, where that is known */
export function diskFull(needed?: number): ClipwrightError {
  const room = needed === undefined ? 'room' : `${Math.ceil(needed / 1e6)} MB`;
  return new ClipwrightError(
    'DISK_FULL',
    `The disk of the data directory is full: make ${room} there, then ask again.`,
  );
}

/** What file systems say, and PostgreSQL, whose own files lie in the data directory too. */
const CODES = new Set<unknown>(['ENOSPC', 'EDQUOT', '53100']);

/** The error itself, or what it means to a client. */
export function orDiskFull(error: unknown): unknown {
  return error instanceof Error && CODES.has(driverCode(error)) ? diskFull() : error;
}
