import type { ImageHeader } from './image-header.js';
import { type ImageGeometry, planResize } from './image-preprocessing.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The size to which a JPEG is reduced while it is decoded, or null where it is decoded whole: other formats, CMYK, and photos
 * that `shrinkMargin` leaves no room for.
 *
 * sharp has libjpeg decode at 1/8, 1/4 or 1/2 where the reduction asked for is more than that (from 9, 5 and 3 times on;
 * sharp's src/pipeline.cc, `jpegShrinkOnLoad`) and reduces the rest itself. So it is asked for 9, 5 or 3 times exactly.
 */
export function shrunkSize(header: ImageHeader, geometry: ImageGeometry): Size | null {
  const { shrinkMargin } = geometry;
  if (shrinkMargin === undefined || header.format !== 'jpeg' || header.isCmyk) return null;
  const { width, height } = header;
  const plan = planResize(geometry, width, height);
  const reduction = Math.min(width / plan.width, height / plan.height);
  const times = [9, 5, 3].find((each) => reduction / each >= shrinkMargin);
  return times === undefined
    ? null
    : { width: Math.floor(width / times), height: Math.floor(height / times) };
}
