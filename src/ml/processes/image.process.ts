import { decodeImage } from '../image/decode-image.js';
import { type ImageHeader, readImageHeader } from '../image/image-header.js';
import type { ImageLimits } from '../image/image-limits.js';
import type { ImageGeometry } from '../image/image-preprocessing.js';
import { type ImageSource, readImageSource } from '../image/image-source.js';
import { inspectImage } from '../image/inspect-image.js';
import { PixelBudget } from '../image/pixel-budget.js';
import { preprocessImage } from '../image/preprocess-image.js';
import { ResampleWeightsCache } from '../image/resample-weights.js';
import { shrunkSize } from '../image/shrink-on-load.js';
import { makeThumbnail } from '../image/thumbnail.js';
import type { ImageMethods, PixelsPayload, PixelsResult } from './image.methods.js';
import { hostProcess, readProcessSettings } from './process-host.js';
import type { SerializedError } from './process-protocol.js';
import { serializeError } from './serialized-error.js';

// The only program that loads sharp: whatever an image does to libvips, it does it here.

const cache = new ResampleWeightsCache();
const limits = readProcessSettings().settings as ImageLimits;
const budget = new PixelBudget(limits.pixels);

async function withImage<T>(
  source: ImageSource,
  work: (bytes: Uint8Array, header: ImageHeader) => Promise<T>,
): Promise<T> {
  const bytes = await readImageSource(source, limits);
  const header = await readImageHeader(bytes, limits);
  return budget.run(header.width * header.height, () => work(bytes, header));
}

function pixelsOf(source: ImageSource, geometry: ImageGeometry): Promise<Uint8Array> {
  return withImage(source, async (bytes, header) => {
    const raster = await decodeImage(bytes, header, shrunkSize(header, geometry));
    return preprocessImage(raster, geometry, cache, header);
  });
}

async function pixels({ sources, geometry }: PixelsPayload): Promise<PixelsResult> {
  const size = geometry.crop.width * geometry.crop.height * 3;
  const levels = new Uint8Array(sources.length * size);
  const errors = new Map<number, SerializedError>();
  await Promise.all(
    sources.map(async (source, i) => {
      try {
        levels.set(await pixelsOf(source, geometry), i * size);
      } catch (error) {
        errors.set(i, serializeError(error));
      }
    }),
  );
  return { levels, errors };
}

hostProcess<ImageMethods>({
  inspect: ({ source }) => withImage(source, inspectImage),
  pixels,
  thumbnail: ({ source, size }) => withImage(source, (bytes) => makeThumbnail(bytes, size)),
});
