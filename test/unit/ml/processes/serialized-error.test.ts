import { expect, test } from 'vitest';
import { deserializeError, serializeError } from '../../../../src/ml/processes/serialized-error.js';

test('a full disk that a child runs into is one for its parent', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
  });
  expect(deserializeError(serializeError(error))).toMatchObject({ code: 'DISK_FULL' });
});
