import path from 'node:path';
import { expect, it } from 'vitest';
import { pixelValueTable, toPixelValues } from '../../../../src/ml/clip/pixel-values.js';
import { CLIP_FIXTURES, readNpy } from '../../../support/clip/fixtures.js';

const CLIP = {
  rescaleFactor: 0.00392156862745098,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

it('the table holds the value of the reference for every level, bit for bit', () => {
  expect(pixelValueTable(CLIP)).toEqual(readNpy(path.join(CLIP_FIXTURES, 'normalize-lut.npy')));
});

it('interleaved levels become planes, image by image', () => {
  const table = Float32Array.from({ length: 768 }, (_, i) => i);
  const levels = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const values = toPixelValues(levels, 2, table);
  expect([...values]).toEqual([1, 4, 258, 261, 515, 518, 7, 10, 264, 267, 521, 524]);
});
