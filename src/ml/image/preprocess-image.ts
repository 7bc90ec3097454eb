import { type ImageGeometry, planResize } from './image-preprocessing.js';
import { type Raster, resizeAndCrop } from './resample.js';
import type { ResampleWeightsCache } from './resample-weights.js';

/** @returns RGB levels `[crop.height, crop.width, 3]` of a decoded image */
export function preprocessImage(
  image: Raster,
  geometry: ImageGeometry,
  cache: ResampleWeightsCache,
): Uint8Array {
  const cropped = resizeAndCrop(image, planResize(geometry, image.width, image.height), cache);
  return cropped.channels === 3 ? cropped.data : greyToRgb(cropped.data);
}

function greyToRgb(levels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(levels.length * 3);
  for (let pixel = 0; pixel < levels.length; pixel += 1) {
    rgb.fill(levels[pixel]!, pixel * 3, pixel * 3 + 3);
  }
  return rgb;
}
