import { describe, expect, it } from 'vitest';
import { chooseEncoder, encoderAsOf } from '../../../src/services/choose-encoder.js';
import type { UsableEncoder } from '../../../src/services/encoder-source.js';

const FP32 = { revision: 'a', preprocessingHash: 'p', precision: 'FP32', sizeBytes: 100 };
const encoder = {
  id: 'someone/clip',
  description: FP32,
  variants: [{ precision: 'INT8', source: 'FILE', revision: 'b', sizeBytes: 30, towers: {} }],
} as unknown as UsableEncoder;
const encoders = {
  list: async () => [encoder],
  get: async (id: string) => (id === encoder.id ? encoder : undefined),
};

describe('an encoder in a precision', () => {
  it('is itself in FP32, and has the towers of the other one else', async () => {
    expect(await chooseEncoder(encoders, encoder.id, 'FP32')).toBe(encoder);
    expect((await chooseEncoder(encoders, encoder.id, 'INT8')).description).toEqual({
      ...FP32,
      precision: 'INT8',
      revision: 'b',
      sizeBytes: 30,
      towers: {},
    });
  });

  it('that it has not is refused with those it has', async () => {
    await expect(chooseEncoder(encoders, encoder.id, 'FP16')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(
        'expected one of FP32, INT8 for `precision` but received FP16',
      ),
    });
  });

  it('is found again by what its vectors say of it, and not once its files are others', () => {
    const space = { precision: 'INT8', revision: 'b', preprocessing: 'p' } as const;
    expect(encoderAsOf(encoder, space)?.description.revision).toBe('b');
    expect(encoderAsOf(encoder, { ...space, precision: 'FP32', revision: 'a' })).toMatchObject({
      description: FP32,
    });
    const changed = [{ revision: 'c' }, { preprocessing: 'q' }, { precision: 'FP16' as const }];
    for (const change of changed)
      expect(encoderAsOf(encoder, { ...space, ...change })).toBe(undefined);
  });
});
