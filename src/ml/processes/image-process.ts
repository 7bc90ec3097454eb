import { ClipwrightError } from '../../errors/clipwright-error.js';
import { type ImageLimits, STANDARD_IMAGE_LIMITS } from '../image/image-limits.js';
import type { ImageGeometry } from '../image/image-preprocessing.js';
import type { ImageSource } from '../image/image-source.js';
import type { ImageInfo } from '../image/inspect-image.js';
import type { ThumbnailSize } from '../image/thumbnail-size.js';
import type { ImageMethods } from './image.methods.js';
import { PixelRequests } from './pixel-requests.js';
import type { RequestOptions } from './pool-request.js';
import { processEntry } from './process-entry.js';
import { ProcessPool } from './process-pool.js';

export interface ImageProcessOptions {
  /** Images decoded at a time. */
  readonly threads: number;
  readonly nice?: number;
  /** The API's standard where left out. */
  readonly limits?: ImageLimits;
  readonly timeoutMs?: number;
}

export type ImageRequestOptions = Pick<RequestOptions<never>, 'signal' | 'priority'>;

const MIB = 1024 * 1024;
const RECYCLE_BYTES = 400 * MIB;
/** A progressive JPEG of 50 megapixels takes about 600 MiB. */
const KILL_BYTES = 1_500 * MIB;

/**
 * Images, handled in a child process. Every method rejects with a ClipwrightError that says what is wrong with the image;
 * an image that hangs or crashes the child is such an error too, and costs no other image anything.
 */
export class ImageProcess {
  readonly #pool: ProcessPool<ImageMethods>;
  readonly #pixels: PixelRequests;

  constructor(options: ImageProcessOptions) {
    // Longer than libvips' own limit, which ends an image without ending the process.
    const { timeoutMs = 30_000 } = options;
    this.#pool = new ProcessPool({
      name: 'image',
      entry: processEntry('image.process', import.meta.url),
      size: 1,
      // One more than is decoded, so that resampling on the main thread never waits for decoding.
      concurrency: options.threads + 2,
      settings: options.limits ?? STANDARD_IMAGE_LIMITS,
      timeoutMs,
      recycleBytes: RECYCLE_BYTES,
      killBytes: KILL_BYTES,
      execArgv: ['--max-old-space-size=256'],
      env: { UV_THREADPOOL_SIZE: String(options.threads + 1), MALLOC_ARENA_MAX: '2' },
      ...(options.nice === undefined ? {} : { nice: options.nice }),
    });
    this.#pixels = new PixelRequests(this.#pool, timeoutMs);
  }

  get pids(): number[] {
    return this.#pool.pids;
  }

  /** Decodes all of it. */
  inspect(source: ImageSource, options?: ImageRequestOptions): Promise<ImageInfo> {
    return this.#pool.request('inspect', { source }, options).catch(asImageError);
  }

  /** Calls of one tick travel together. @returns RGB levels `[crop.height, crop.width, 3]` */
  pixels(
    source: ImageSource,
    geometry: ImageGeometry,
    options: ImageRequestOptions = {},
  ): Promise<Uint8Array> {
    return this.#pixels.add(source, geometry, options).catch(asImageError);
  }

  /** @returns WebP bytes, at most `size` pixels on the longer side */
  thumbnail(
    source: ImageSource,
    size: ThumbnailSize,
    options?: ImageRequestOptions,
  ): Promise<Uint8Array> {
    return this.#pool.request('thumbnail', { source, size }, options).catch(asImageError);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

function asImageError(error: unknown): never {
  if (error instanceof ClipwrightError && error.code === 'PROCESS_TIMEOUT') {
    throw new ClipwrightError('IMAGE_DECODE_TIMEOUT', 'the image takes too long to decode');
  }
  if (error instanceof ClipwrightError && error.code === 'PROCESS_DIED') {
    throw new ClipwrightError('IMAGE_UNDECODABLE', 'the image crashes its decoder');
  }
  throw error;
}
