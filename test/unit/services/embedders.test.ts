import { describe, expect, it } from 'vitest';
import { Embedders, type EmbeddersDeps } from '../../../src/services/embedders.js';

const wanted = {
  id: 'test/fake',
  revision: 'a'.repeat(64),
  preprocessing: 'b'.repeat(64),
  precision: 'FP32' as const,
  dimension: 4,
};

describe('an encoder that a model needs', () => {
  const embedders = (installed: unknown) =>
    new Embedders({
      encoders: { get: async () => installed, list: async () => [] },
    } as unknown as EmbeddersDeps);

  it.each([
    ['is not there', undefined, /not installed/],
    [
      'is there in another revision',
      {
        variants: [],
        description: { revision: 'c'.repeat(64), preprocessingHash: wanted.preprocessing },
      },
      /another revision is installed/,
    ],
  ])('and %s: a failure that repeating does not mend', async (_, installed, message) => {
    await expect(embedders(installed).embedder(wanted)).rejects.toMatchObject({
      code: 'ENCODER_REVISION_MISSING',
      message: expect.stringMatching(message),
      retryable: false,
    });
  });
});
