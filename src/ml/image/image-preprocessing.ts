/** Which of Pillow's filters resamples. */
export type ResampleFilter = 'bicubic' | 'bilinear';

/** Where the middle falls between two pixels: Hugging Face floors, OpenAI rounds halves to even. */
export type CropRounding = 'floor' | 'half-even';

/** What happens to a decoded RGB image before its levels are normalised. */
export interface ImageGeometry {
  /** `shortest`: the short side becomes `edge`; `exact`: both sides are set and the ratio is lost. */
  readonly resize:
    | { readonly kind: 'shortest'; readonly edge: number }
    | { readonly kind: 'exact'; readonly width: number; readonly height: number };
  readonly crop: { readonly width: number; readonly height: number };
  readonly cropRounding: CropRounding;
  readonly filter: ResampleFilter;
  /** JPEGs may be reduced while they are decoded, to no less than this many times the resized image, which is made of that.
   *  Left out: they are decoded whole. */
  readonly shrinkMargin?: number;
}

/** The resized image and the part of it that is kept; only that part is ever computed. */
export interface ResizePlan {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly cropWidth: number;
  readonly cropHeight: number;
  readonly filter: ResampleFilter;
}

export function planResize(geometry: ImageGeometry, width: number, height: number): ResizePlan {
  const { resize, crop, cropRounding, filter } = geometry;
  const size = resize.kind === 'exact' ? resize : shortestEdge(resize.edge, width, height);
  return {
    width: size.width,
    height: size.height,
    left: cropOffset(size.width - crop.width, cropRounding),
    top: cropOffset(size.height - crop.height, cropRounding),
    cropWidth: crop.width,
    cropHeight: crop.height,
    filter,
  };
}

/** The long side is truncated, as in transformers' get_resize_output_image_size and torchvision's Resize. */
function shortestEdge(edge: number, width: number, height: number) {
  return width <= height
    ? { width: edge, height: Math.trunc((edge * height) / width) }
    : { width: Math.trunc((edge * width) / height), height: edge };
}

function cropOffset(spare: number, rounding: CropRounding): number {
  const half = Math.floor(spare / 2);
  const isTie = spare % 2 !== 0;
  return rounding === 'half-even' && isTie && half % 2 !== 0 ? half + 1 : half;
}
