/** The longer side, in pixels. */
export const THUMBNAIL_SIZES = [96, 192, 384, 768] as const;
export type ThumbnailSize = (typeof THUMBNAIL_SIZES)[number];

/** The smallest size that is at least `wanted`, else the largest. */
export function thumbnailSize(wanted: number): ThumbnailSize {
  return THUMBNAIL_SIZES.find((size) => size >= wanted) ?? 768;
}
