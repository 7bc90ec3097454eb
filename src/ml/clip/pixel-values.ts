import type { PixelNormalization } from './encoder-description.js';

/** The value of each of 256 levels for each of 3 channels, `[3, 256]`, each step rounded to float32 as the reference does. */
export function pixelValueTable({ rescaleFactor, mean, std }: PixelNormalization): Float32Array {
  const table = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel += 1) {
    const channelMean = Math.fround(mean[channel]!);
    const channelStd = Math.fround(std[channel]!);
    for (let level = 0; level < 256; level += 1) {
      const centred = Math.fround(Math.fround(level * rescaleFactor) - channelMean);
      table[channel * 256 + level] = centred / channelStd;
    }
  }
  return table;
}

/** @param levels RGB `[N, H, W, 3]`
 *  @returns `pixelValues` `[N, 3, H, W]` */
export function toPixelValues(
  levels: Uint8Array,
  count: number,
  table: Float32Array,
): Float32Array {
  const plane = levels.length / (3 * count);
  const values = new Float32Array(levels.length);
  for (let image = 0; image < count; image += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const to = (image * 3 + channel) * plane;
      let from = image * plane * 3 + channel;
      for (let pixel = 0; pixel < plane; pixel += 1) {
        values[to + pixel] = table[channel * 256 + levels[from]!]!;
        from += 3;
      }
    }
  }
  return values;
}
