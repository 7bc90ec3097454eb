import { describe, expect, it } from 'vitest';
import type { ImageGeometry } from '../../../../src/ml/image/image-preprocessing.js';
import { shrunkSize } from '../../../../src/ml/image/shrink-on-load.js';

const geometry: ImageGeometry = {
  resize: { kind: 'shortest', edge: 80 },
  crop: { width: 80, height: 80 },
  cropRounding: 'floor',
  filter: 'bicubic',
  shrinkMargin: 2.5,
};

function header(width: number, height: number, over: object = {}) {
  const stored = { storedWidth: width, storedHeight: height };
  return { format: 'jpeg', width, height, ...stored, isCmyk: false, ...over } as const;
}

describe('which JPEGs are reduced while they are decoded', () => {
  it('leaves two and a half times the resized image, or decodes whole', () => {
    expect(shrunkSize(header(800, 599), geometry)).toBeNull();
    expect(shrunkSize(header(800, 600), geometry)).toEqual({ width: 266, height: 200 });
    expect(shrunkSize(header(1000, 2000), geometry)).toEqual({ width: 200, height: 400 });
    expect(shrunkSize(header(4000, 3000), geometry)).toEqual({ width: 444, height: 333 });
  });

  it('never other formats, CMYK, or where the pre-processing does not say so', () => {
    expect(shrunkSize(header(4000, 3000, { format: 'png' }), geometry)).toBeNull();
    expect(shrunkSize(header(4000, 3000, { isCmyk: true }), geometry)).toBeNull();
    const { shrinkMargin, ...whole } = geometry;
    expect(shrunkSize(header(4000, 3000), whole)).toBeNull();
  });
});
