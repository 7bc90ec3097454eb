import { type ImageGeometry, planResize } from './image-preprocessing.js';
import { type Raster, resizeAndCrop } from './resample.js';
import type { ResampleWeightsCache } from './resample-weights.js';

/**
 * @param image decoded
 * @param full its size where it was reduced while it was decoded: where the crop falls must not depend on that
 * @returns RGB levels `[crop.height, crop.width, 3]`
 */
export function preprocessImage(
  image: Raster,
  geometry: ImageGeometry,
  cache: ResampleWeightsCache,
  full: { readonly width: number; readonly height: number } = image,
): Uint8Array {
  const cropped = resizeAndCrop(image, planResize(geometry, full.width, full.height), cache);
  return cropped.channels === 3 ? cropped.data : greyToRgb(cropped.data);
}

function greyToRgb(levels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(levels.length * 3);
  for (let pixel = 0; pixel < levels.length; pixel += 1) {
    rgb.fill(levels[pixel]!, pixel * 3, pixel * 3 + 3);
  }
  return rgb;
}
