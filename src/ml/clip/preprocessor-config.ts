import { z } from 'zod';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { CropRounding, ImageGeometry, ResampleFilter } from '../image/image-preprocessing.js';
import type { PixelNormalization } from './encoder-description.js';
import { ENCODER_FAMILIES, type EncoderFamily } from './encoder-family.js';

const side = z.number().int().min(1).max(2048);
const box = z.object({ height: side, width: side });
const triple = z.tuple([z.number(), z.number(), z.number()]);

/** Older files give sizes as plain numbers. */
const preprocessorConfig = z.object({
  size: z.union([side, box, z.object({ shortest_edge: side })]),
  crop_size: z.union([side, box]).optional(),
  do_resize: z.boolean().default(true),
  do_center_crop: z.boolean().optional(),
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  resample: z.number().int().default(3),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  image_mean: triple.optional(),
  image_std: triple.optional(),
});

/** At this, embeddings keep a cosine of 0.999 to those of JPEGs decoded whole: docs/decisions/0004-embedding-pipeline.md. */
const SHRINK_MARGIN = 2.5;

/** By Pillow's numbers. */
const FILTERS: ReadonlyMap<number, ResampleFilter> = new Map([
  [2, 'bilinear'],
  [3, 'bicubic'],
]);

export interface ImagePreprocessing {
  readonly geometry: ImageGeometry;
  readonly normalization: PixelNormalization;
}

export function readPreprocessorConfig(
  json: unknown,
  family: EncoderFamily,
  cropRounding: CropRounding,
): ImagePreprocessing {
  const parsed = preprocessorConfig.safeParse(json);
  if (!parsed.success) {
    throw new ClipwrightError(
      'ENCODER_FILE_INVALID',
      `preprocessor_config.json: ${z.prettifyError(parsed.error)}`,
    );
  }
  const config = parsed.data;
  const defaults = ENCODER_FAMILIES[family].image;
  if (!config.do_resize) throw unsupported('do_resize: false');
  const filter = FILTERS.get(config.resample);
  if (!filter) throw unsupported(`resample: ${config.resample}`);
  const { image_mean: mean = defaults.mean, image_std: std = defaults.std } = config;
  if (std.includes(0)) throw unsupported('a zero in image_std');
  const resize = readResize(config.size);
  const crop = (config.do_center_crop ?? defaults.crops) ? readCrop(config) : resizedBox(resize);
  if (crop.width > smallestWidth(resize) || crop.height > smallestHeight(resize)) {
    throw unsupported('a crop larger than the resized image');
  }
  return {
    geometry: { resize, crop, cropRounding, filter, shrinkMargin: SHRINK_MARGIN },
    normalization: {
      rescaleFactor: config.do_rescale ? config.rescale_factor : 1,
      mean: config.do_normalize ? mean : [0, 0, 0],
      std: config.do_normalize ? std : [1, 1, 1],
    },
  };
}

type Config = z.infer<typeof preprocessorConfig>;
type Resize = ImageGeometry['resize'];

function readResize(size: Config['size']): Resize {
  if (typeof size === 'number') return { kind: 'shortest', edge: size };
  if ('shortest_edge' in size) return { kind: 'shortest', edge: size.shortest_edge };
  return { kind: 'exact', width: size.width, height: size.height };
}

function readCrop({ crop_size: crop, size }: Config): { width: number; height: number } {
  if (crop === undefined) return resizedBox(readResize(size));
  return typeof crop === 'number' ? { width: crop, height: crop } : crop;
}

/** Without a crop the size must not depend on the image. */
function resizedBox(resize: Resize): { width: number; height: number } {
  if (resize.kind === 'shortest') throw unsupported('a size by the shortest edge without a crop');
  return { width: resize.width, height: resize.height };
}

function smallestWidth(resize: Resize): number {
  return resize.kind === 'exact' ? resize.width : resize.edge;
}

function smallestHeight(resize: Resize): number {
  return resize.kind === 'exact' ? resize.height : resize.edge;
}

function unsupported(what: string): ClipwrightError {
  return new ClipwrightError(
    'ENCODER_UNSUPPORTED',
    `preprocessor_config.json asks for ${what}, which is not supported`,
  );
}
