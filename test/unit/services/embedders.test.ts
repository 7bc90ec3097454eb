import { describe, expect, it } from 'vitest';
import { Embedders, type EmbeddersDeps } from '../../../src/services/embedders.js';

const wanted = {
  id: 'test/fake',
  revision: 'a'.repeat(64),
  preprocessing: 'b'.repeat(64),
  precision: 'FP32' as const,
  dimension: 4,
};

it('embeds by the precision that the model was trained on', async () => {
  const revision = 'd'.repeat(64);
  const description = {
    revision: wanted.revision,
    preprocessingHash: wanted.preprocessing,
    tokenShapes: {},
  };
  const towers = { vision: 'v', text: 't' };
  const variant = {
    precision: 'INT8',
    source: 'QUANTISED',
    revision,
    sizeBytes: 1,
    towers,
    lackTokens: [],
  };
  const seen: unknown[] = [];
  const embedders = new Embedders({
    encoders: {
      get: async () => ({ description: { ...description, dimension: 4 }, variants: [variant] }),
      prepare: async () => ({ imageCosine: 0.99, textCosine: 0.99, speedup: 3 }),
    },
    runner: {
      processes: 1,
      embedTexts: async (encoder: unknown, texts: readonly string[]) => {
        seen.push(encoder);
        return new Float32Array(4 * texts.length);
      },
    },
  } as unknown as EmbeddersDeps);
  const embedder = await embedders.embedder({ ...wanted, precision: 'INT8', revision });
  await embedder.text('a dog');
  expect(seen).toMatchObject([{ precision: 'INT8', revision, towers }]);
});

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
