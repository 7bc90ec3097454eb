import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { ImageSource } from '../image/image-source.js';
import type { Modality } from '../nn/modality.js';
import type { EmbeddingRunner, PixelSource } from './embed-ports.js';
import { type EncoderDescription, rowLength } from './encoder-description.js';

export type EmbedItem = { readonly image: ImageSource } | { readonly text: string };

export interface EmbedContext {
  readonly encoder: EncoderDescription;
  readonly images: PixelSource;
  readonly runner: EmbeddingRunner;
  readonly signal?: AbortSignal;
  readonly priority?: number;
  readonly onFallback?: (warning: string) => void;
}

/** What some items were turned into. */
export interface EmbeddedChunk {
  /** Position of the first row among all items. */
  readonly start: number;
  readonly count: number;
  /** One for each item in order: L2-normalised, with its tokens where the encoder gives them; empty where the item failed. */
  readonly rows: readonly Float32Array[];
  /** By row of this chunk: why an item has none. */
  readonly failures: ReadonlyMap<number, ClipwrightError>;
}

/**
 * Embeds a few items together. An image that cannot be decoded fails alone; when inference itself fails, the chunk's
 * promise is rejected, as that is no fault of an item.
 */
export async function embedChunk(
  items: readonly EmbedItem[],
  start: number,
  context: EmbedContext,
): Promise<EmbeddedChunk> {
  const chunk = {
    start,
    count: items.length,
    rows: items.map((): Float32Array => NOTHING),
    failures: new Map<number, ClipwrightError>(),
  };
  const place: Place = (rows, found, modality) => {
    const length = rowLength(context.encoder, modality);
    rows.forEach((row, i) => {
      chunk.rows[row] = found.subarray(i * length, (i + 1) * length);
    });
  };
  await Promise.all([
    embedImages(items, context, chunk.failures, place),
    embedTexts(items, context, place),
  ]);
  return chunk;
}

const NOTHING = new Float32Array(0);

type Place = (rows: readonly number[], found: Float32Array, modality: Modality) => void;

async function embedImages(
  items: readonly EmbedItem[],
  context: EmbedContext,
  failures: Map<number, ClipwrightError>,
  place: Place,
): Promise<void> {
  const { encoder, images, runner } = context;
  const { geometry } = encoder.image;
  const options = requestOptions(context);
  const rows: number[] = [];
  const decoded = await Promise.all(
    items.map(async (item, row) => {
      if (!('image' in item)) return null;
      try {
        return await images.pixels(item.image, geometry, options);
      } catch (error) {
        if (!isFaultOfItem(error)) throw error;
        failures.set(row, error);
        return null;
      }
    }),
  );
  const size = geometry.crop.width * geometry.crop.height * 3;
  const levels = new Uint8Array(decoded.filter((pixels) => pixels !== null).length * size);
  decoded.forEach((pixels, row) => {
    if (pixels === null) return;
    levels.set(pixels, rows.length * size);
    rows.push(row);
  });
  if (rows.length > 0) {
    const found = await runner.embedImages(encoder, levels, rows.length, runOptions(context));
    place(rows, found, 'image');
  }
}

async function embedTexts(
  items: readonly EmbedItem[],
  context: EmbedContext,
  place: Place,
): Promise<void> {
  const rows: number[] = [];
  const texts: string[] = [];
  items.forEach((item, row) => {
    if (!('text' in item)) return;
    rows.push(row);
    texts.push(item.text);
  });
  if (rows.length > 0) {
    const { encoder, runner } = context;
    place(rows, await runner.embedTexts(encoder, texts, runOptions(context)), 'text');
  }
}

/** Codes of the image process that are about one image; anything else would fail the next image too. */
function isFaultOfItem(error: unknown): error is ClipwrightError {
  return error instanceof ClipwrightError && error.code.startsWith('IMAGE_');
}

function requestOptions({ signal, priority }: EmbedContext) {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function runOptions(context: EmbedContext) {
  const { onFallback } = context;
  return { ...requestOptions(context), ...(onFallback && { onFallback }) };
}
