import path from 'node:path';
import sharp from 'sharp';
import type { GoldenImage } from './fixtures.js';

/** Where our pre-processing is meant to differ from OpenAI's: colours first, upright, 16-bit grey scaled. */
const OUR_VARIANTS = ['convert-first', 'exif-applied', 'scaled-to-8-bit'];

/** RGB levels `[224, 224, 3]` that the reference gives. */
export async function goldenLevels(root: string, image: GoldenImage): Promise<Uint8Array> {
  const variant = image.variants?.find(({ name, u8 }) => u8 && OUR_VARIANTS.includes(name));
  const file = path.join(root, variant?.u8 ?? image.u8);
  return sharp(file).removeAlpha().toColourspace('srgb').raw().toBuffer();
}
