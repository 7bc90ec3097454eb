import { ClipwrightError } from './clipwright-error.js';

/** @param needed bytes that are missing, where that is known */
export function diskFull(needed?: number): ClipwrightError {
  const room = needed === undefined ? 'room' : `${Math.ceil(needed / 1e6)} MB`;
  return new ClipwrightError(
    'DISK_FULL',
    `The disk of the data directory is full: make ${room} there, then ask again.`,
  );
}

/** The error itself, or what it means to a client. */
export function orDiskFull(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull() : error;
}
