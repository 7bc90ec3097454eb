import { describe, expect, it } from 'vitest';
import { ClipwrightError } from '../../../src/errors/clipwright-error.js';
import { PermanentError } from '../../../src/jobs/permanent-error.js';
import { isWorthRetrying, publicError, retryDelayMs } from '../../../src/jobs/retry-policy.js';

describe('the retry policy', () => {
  it('waits 1, 2, 4 and 8 seconds', () => {
    expect([1, 2, 3, 4].map(retryDelayMs)).toEqual([1000, 2000, 4000, 8000]);
  });

  it('repeats what is unknown or says that it may pass, and nothing else', () => {
    expect(isWorthRetrying(new Error('?'))).toBe(true);
    expect(isWorthRetrying('a string')).toBe(true);
    expect(isWorthRetrying(new ClipwrightError('UNAVAILABLE', 'later'))).toBe(true);
    expect(isWorthRetrying(new ClipwrightError('CONFLICT', 'taken'))).toBe(false);
    expect(isWorthRetrying(new PermanentError('BAD_USER_INPUT', 'no'))).toBe(false);
  });

  it.each(['ENOSPC', 'EDQUOT', '53100'])('says of %s that the disk is full, at once', (code) => {
    const error = Object.assign(new Error('/home/me: no space left'), { code });
    expect(isWorthRetrying(error)).toBe(false);
    expect(publicError(error, 'j')).toEqual({
      code: 'DISK_FULL',
      message: 'The disk of the data directory is full: make room there, then ask again.',
    });
  });

  it('shows clients our own errors and masks all others', () => {
    expect(publicError(new PermanentError('CONFLICT', 'taken'), 'j')).toEqual({
      code: 'CONFLICT',
      message: 'taken',
    });
    const masked = publicError(new Error('/home/me/secret'), 'j');
    expect(masked.code).toBe('INTERNAL');
    expect(masked.message).not.toContain('secret');
    expect(masked.message).toContain('job j');
  });
});
