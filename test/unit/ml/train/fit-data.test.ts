import { describe, expect, it } from 'vitest';
import { checkFitData, type FitData } from '../../../../src/ml/train/fit-data.js';

const data: FitData = {
  features: { image: { data: new Float32Array(12), dimension: 3 } },
  targets: new Uint8Array(8),
  numLabels: 2,
  train: Int32Array.of(0, 1),
  validation: Int32Array.of(2),
  test: Int32Array.of(3),
};

describe('the data of a run', () => {
  it('tells how many samples there are', () => {
    expect(checkFitData(data, 'IMAGE_ONLY')).toBe(4);
  });

  it.each([
    [{ numLabels: 0 }, 'expected an integer of at least 1 for `numLabels` but received 0'],
    [{ numLabels: 3 }, 'expected a multiple of 3 elements for `targets` but received 8'],
    [{ train: Int32Array.of() }, 'expected at least one labelled sample for `train`'],
    [{ test: Int32Array.of(4) }, 'expected rows of 0 to 3 for `test` but received 4'],
    [{ validation: Int32Array.of(-1) }, 'expected rows of 0 to 3 for `validation` but received -1'],
    [
      { features: { image: { data: new Float32Array(11), dimension: 3 } } },
      'expected 4 × 3 elements for `features.image` but received 11',
    ],
    [{ features: {} }, 'expected embeddings, which IMAGE_ONLY needs, for `features.image`'],
  ])('is refused where it does not fit together: %o', (change, message) => {
    expect(() => checkFitData({ ...data, ...change }, 'IMAGE_ONLY')).toThrow(message);
  });
});
