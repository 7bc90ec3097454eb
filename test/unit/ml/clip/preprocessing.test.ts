import { expect, it } from 'vitest';
import { describeEncoder } from '../../../../src/ml/clip/describe-encoder.js';
import { withPreprocessing } from '../../../../src/ml/clip/preprocessing.js';

/** Of clip-mini, as versions that decoded every JPEG whole had it. */
const BEFORE = '1566607bb3841ce07d6d08e812f5b9fbc754ed0163a120c80fd859061257b1e0';

it('knows the pre-processing of vectors from before JPEGs were reduced, and leaves it as it was', async () => {
  const encoder = await describeEncoder('models/clip-mini');
  expect(encoder.preprocessingHash).not.toBe(BEFORE);
  expect(withPreprocessing(encoder, encoder.preprocessingHash)).toBe(encoder);
  const before = withPreprocessing(encoder, BEFORE)!;
  expect(before.preprocessingHash).toBe(BEFORE);
  expect(before.image.geometry).not.toHaveProperty('shrinkMargin');
  expect(withPreprocessing(encoder, 'another')).toBeUndefined();
  expect(withPreprocessing(before, encoder.preprocessingHash)).toBeUndefined();
});
