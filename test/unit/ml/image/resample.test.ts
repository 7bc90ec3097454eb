import { describe, expect, it } from 'vitest';
import { type Raster, resizeAndCrop } from '../../../../src/ml/image/resample.js';
import {
  ResampleWeightsCache,
  resampleWeights,
} from '../../../../src/ml/image/resample-weights.js';

const cache = new ResampleWeightsCache();

function noise(width: number, height: number, channels: 1 | 3): Raster {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { data, width, height, channels };
}

function whole(width: number, height: number) {
  const filter = 'bicubic' as const;
  return { width, height, left: 0, top: 0, cropWidth: width, cropHeight: height, filter };
}

describe('resizeAndCrop', () => {
  it.each([
    [7, 5],
    [40, 33],
    [3, 90],
    [13, 9],
  ])('gives the same pixels for a part of %i x %i as for the whole', (width, height) => {
    const image = noise(13, 9, 3);
    const full = resizeAndCrop(image, whole(width, height), cache);
    const left = 1;
    const top = 2;
    const plan = { ...whole(width, height), left, top, cropWidth: 2, cropHeight: 3 };
    const part = resizeAndCrop(image, plan, cache);
    for (let y = 0; y < 3; y += 1) {
      const from = ((top + y) * width + left) * 3;
      expect(part.data.subarray(y * 6, y * 6 + 6)).toEqual(full.data.subarray(from, from + 6));
    }
  });

  it('gives grey the levels that it gives three equal channels', () => {
    const grey = noise(17, 11, 1);
    const rgb: Raster = { ...grey, channels: 3, data: new Uint8Array(17 * 11 * 3) };
    for (let i = 0; i < rgb.data.length; i += 1) rgb.data[i] = grey.data[Math.trunc(i / 3)]!;
    const small = resizeAndCrop(grey, whole(6, 7), cache);
    const smallRgb = resizeAndCrop(rgb, whole(6, 7), cache);
    expect(smallRgb.data.filter((_, i) => i % 3 === 0)).toEqual(small.data);
  });

  it('keeps a plain colour, up and down', () => {
    const image: Raster = {
      data: new Uint8Array(20 * 10).fill(201),
      width: 20,
      height: 10,
      channels: 1,
    };
    for (const [width, height] of [
      [3, 2],
      [61, 47],
      [20, 1],
    ] as const) {
      const { data } = resizeAndCrop(image, whole(width, height), cache);
      expect(new Set(data)).toEqual(new Set([201]));
    }
  });

  it('clips overshoot at an edge instead of wrapping', () => {
    const image: Raster = {
      data: Uint8Array.from([0, 0, 0, 255, 255, 255]),
      width: 6,
      height: 1,
      channels: 1,
    };
    const { data } = resizeAndCrop(image, whole(24, 1), cache);
    expect(Math.max(...data.subarray(0, 8))).toBeLessThan(16);
    expect(Math.min(...data.subarray(16))).toBeGreaterThan(239);
  });

  it('computes a crop of a very long result without computing the result', () => {
    const plan = { ...whole(224, 37_333), top: 18_554, cropHeight: 224 };
    expect(resizeAndCrop(noise(3, 500, 3), plan, cache).data.length).toBe(224 * 224 * 3);
  });
});

describe('the weights', () => {
  it.each(['bicubic', 'bilinear'] as const)('of %s add up to one, but for rounding', (filter) => {
    const { counts, weights, stride } = resampleWeights(1000, 37, 0, 37, filter);
    counts.forEach((count, i) => {
      const sum = weights.subarray(i * stride, i * stride + count).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - 2 ** 22)).toBeLessThanOrEqual(count);
    });
  });

  it('are kept for the latest sizes only', () => {
    const small = new ResampleWeightsCache(2);
    const first = small.get(10, 5, 0, 5, 'bicubic');
    expect(small.get(10, 5, 0, 5, 'bicubic')).toBe(first);
    small.get(11, 5, 0, 5, 'bicubic');
    small.get(12, 5, 0, 5, 'bicubic');
    expect(small.get(10, 5, 0, 5, 'bicubic')).not.toBe(first);
  });
});
