import { describe, expect, it } from 'vitest';
import { ClipwrightError } from '../../../src/errors/clipwright-error.js';
import type { Drift } from '../../../src/ml/clip/measure-drift.js';
import type { Device } from '../../../src/ml/runtime/device.js';
import { chooseEncoder, encoderAsOf } from '../../../src/services/choose-encoder.js';
import type { EncoderSource, UsableEncoder } from '../../../src/services/encoder-source.js';

const FP32 = {
  revision: 'a',
  preprocessingHash: 'p',
  tokenShapes: {},
  precision: 'FP32',
  sizeBytes: 100,
  image: { geometry: {} },
};
const OURS = {
  precision: 'INT8',
  source: 'QUANTISED',
  revision: 'q',
  sizeBytes: null,
  towers: {},
  lackTokens: [],
};
const THEIRS = {
  precision: 'INT8',
  source: 'FILE',
  revision: 'b',
  sizeBytes: 30,
  towers: {},
  lackTokens: [],
};
const GOOD = { imageCosine: 0.99, textCosine: 0.98, speedup: 3 };

/** What each variant turns out to be, by its revision. */
function encodersWith(
  variants: object[],
  drifts: Record<string, Drift | ClipwrightError>,
  device: Device = 'cpu',
) {
  const encoder = { id: 'someone/clip', description: FP32, variants } as unknown as UsableEncoder;
  const encoders: EncoderSource = {
    device: async () => device,
    list: async () => [encoder],
    get: async (id) => (id === encoder.id ? encoder : undefined),
    prepare: async (_, { revision }) => {
      const drift = drifts[revision]!;
      if (drift instanceof Error) throw drift;
      return drift;
    },
  };
  const choose = async (precision: Parameters<typeof chooseEncoder>[2]) =>
    (await chooseEncoder(encoders, encoder.id, precision)).description;
  return { encoder, encoders, choose };
}

describe('an encoder in a precision', () => {
  it('is itself in FP32, and has the towers of the other one else', async () => {
    const { choose } = encodersWith([THEIRS], { b: GOOD });
    expect(await choose('FP32')).toBe(FP32);
    expect(await choose('INT8')).toEqual({
      ...FP32,
      precision: 'INT8',
      revision: 'b',
      sizeBytes: 30,
      towers: {},
    });
  });

  it('that it has not is refused with those it has', async () => {
    const { choose } = encodersWith([THEIRS, OURS], {});
    await expect(choose('FP16')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(
        'expected one of FP32, INT8 for `precision` but received FP16',
      ),
    });
  });

  it('that drifts is refused with the cosine', async () => {
    const { choose } = encodersWith([OURS], { q: { ...GOOD, textCosine: 0.95123 } });
    await expect(choose('INT8')).rejects.toMatchObject({
      code: 'PRECISION_DRIFTS',
      message: expect.stringMatching(/0\.9512 .*images 0\.9900, texts 0\.9512.* below 0\.97/),
    });
  });

  it('of which nothing is known is refused too', async () => {
    const { choose } = encodersWith([OURS], { q: { ...GOOD, imageCosine: Number.NaN } });
    await expect(choose('INT8')).rejects.toMatchObject({ code: 'PRECISION_DRIFTS' });
  });

  it.each([
    ['drifts', { ...GOOD, imageCosine: 0.9 }],
    ['cannot be loaded', new ClipwrightError('ENCODER_FILE_INVALID', 'x')],
  ])('is what is made here where the encoder’s own file %s', async (_, drift) => {
    const { choose } = encodersWith([THEIRS, OURS], { b: drift, q: GOOD });
    expect((await choose('INT8')).revision).toBe('q');
  });

  it('is what is made here where the encoder’s own is no faster than FP32, and its own where neither is', async () => {
    const slow = { ...GOOD, speedup: 0.98 };
    const first = encodersWith([THEIRS, OURS], { b: slow, q: GOOD });
    expect((await first.choose('INT8')).revision).toBe('q');
    expect((await first.choose('AUTO')).revision).toBe('q');
    const neither = encodersWith([THEIRS, OURS], { b: slow, q: slow });
    expect((await neither.choose('INT8')).revision).toBe('b');
    expect((await neither.choose('AUTO')).precision).toBe('FP32');
  });

  it.each<[string, object[], Drift | ClipwrightError, string]>([
    ['INT8 where it is near and fast', [OURS], GOOD, 'INT8'],
    ['FP32 where INT8 is no faster', [OURS], { ...GOOD, speedup: 1.1 }, 'FP32'],
    ['FP32 where INT8 drifts', [OURS], { ...GOOD, textCosine: 0.96 }, 'FP32'],
    [
      'FP32 where nothing can be quantised',
      [OURS],
      new ClipwrightError('ENCODER_UNSUPPORTED', 'x'),
      'FP32',
    ],
    ['FP32 where there is nothing else', [], GOOD, 'FP32'],
  ])('chosen by AUTO is %s', async (_, variants, drift, precision) => {
    const { choose } = encodersWith(variants, { q: drift });
    expect((await choose('AUTO')).precision).toBe(precision);
  });

  it.each([
    ['FP16 where it is fast enough', { speedup: 2 }, 'FP16'],
    ['FP32 where FP16 is no faster', { speedup: 1.1 }, 'FP32'],
    ['FP32 where FP16 drifts', { imageCosine: 0.99 }, 'FP32'],
  ])('chosen by AUTO for a GPU is %s, and never INT8', async (_, drift, precision) => {
    const half = {
      precision: 'FP16',
      source: 'FILE',
      revision: 'h',
      sizeBytes: 50,
      towers: {},
      lackTokens: [],
    };
    const drifts = { b: GOOD, h: { imageCosine: 1, textCosine: 1, speedup: 2, ...drift } };
    const { choose } = encodersWith([THEIRS, half], drifts, 'webgpu');
    expect((await choose('AUTO')).precision).toBe(precision);
  });

  it('is found again by what its vectors say of it, and not once its files are others', async () => {
    const { encoders, encoder } = encodersWith([THEIRS, OURS], { b: GOOD, q: GOOD });
    const asOf = async (change: object) => {
      const space = { precision: 'INT8', revision: 'b', preprocessing: 'p', ...change } as const;
      return (await encoderAsOf(encoders, encoder, space))?.description;
    };
    expect(await asOf({})).toMatchObject({ revision: 'b', precision: 'INT8' });
    expect(await asOf({ revision: 'q' })).toMatchObject({ revision: 'q', precision: 'INT8' });
    expect(await asOf({ precision: 'FP32', revision: 'a' })).toBe(FP32);
    for (const change of [{ revision: 'c' }, { preprocessing: 'q' }, { precision: 'FP16' }]) {
      expect(await asOf(change)).toBe(undefined);
    }
  });
});
