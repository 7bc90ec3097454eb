/** How large an image may be. */
export interface ImageLimits {
  readonly bytes: number;
  readonly pixels: number;
}

/** The design limits of the API. */
export const STANDARD_IMAGE_LIMITS: ImageLimits = { bytes: 20 * 1024 * 1024, pixels: 50_000_000 };

/** What libvips is told, beyond any limit that can be configured: ours is checked before, with an error of its own. */
export const MOST_PIXELS = 1_000_000_000;

/** libvips gives up on one image after this long; the process around it is killed somewhat later. */
export const DECODE_SECONDS = 15;
