import type { ResizePlan } from './image-preprocessing.js';
import {
  PRECISION_BITS,
  type ResampleWeights,
  type ResampleWeightsCache,
} from './resample-weights.js';

/** Interleaved 8-bit levels, `[height, width, channels]`. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

const HALF = 1 << (PRECISION_BITS - 1);

/**
 * Pillow's resize followed by a crop, bit for bit, of which only the cropped part is computed: horizontal pass, rounded
 * to 8 bits, then vertical; a pass that would not change the size is a plain cut.
 */
export function resizeAndCrop(
  image: Raster,
  plan: ResizePlan,
  cache: ResampleWeightsCache,
): Raster {
  const { channels } = image;
  const rows = rowsNeeded(image.height, plan, cache);
  const columns =
    plan.width === image.width
      ? cutColumns(image, plan, rows)
      : resampleColumns(
          image,
          cache.get(image.width, plan.width, plan.left, plan.cropWidth, plan.filter),
          rows,
        );
  const rowLength = plan.cropWidth * channels;
  const kept = rows.weights ? resampleRows(columns, rowLength, rows.weights, rows.first) : columns;
  const data = new Uint8Array(kept.buffer);
  return { data, width: plan.cropWidth, height: plan.cropHeight, channels };
}

interface RowRange {
  readonly first: number;
  readonly count: number;
  /** Null where the height stays as it is. */
  readonly weights: ResampleWeights | null;
}

function rowsNeeded(height: number, plan: ResizePlan, cache: ResampleWeightsCache): RowRange {
  if (plan.height === height) return { first: plan.top, count: plan.cropHeight, weights: null };
  const weights = cache.get(height, plan.height, plan.top, plan.cropHeight, plan.filter);
  const last = plan.cropHeight - 1;
  const first = weights.starts[0] ?? 0;
  const end = (weights.starts[last] ?? 0) + (weights.counts[last] ?? 0);
  return { first, count: end - first, weights };
}

function cutColumns(
  image: Raster,
  plan: ResizePlan,
  rows: RowRange,
): Uint8ClampedArray<ArrayBuffer> {
  const rowLength = plan.cropWidth * image.channels;
  const out = new Uint8ClampedArray(rows.count * rowLength);
  for (let y = 0; y < rows.count; y += 1) {
    const from = ((rows.first + y) * image.width + plan.left) * image.channels;
    out.set(image.data.subarray(from, from + rowLength), y * rowLength);
  }
  return out;
}

// The loops below take most of the time of pre-processing. Array elements are read with `!`: the bounds are the
// weights' own, and a `?? 0` there costs a branch per tap. Storing into a clamped array clips to 0..255 as Pillow does.

function resampleColumns(
  image: Raster,
  weights: ResampleWeights,
  rows: RowRange,
): Uint8ClampedArray<ArrayBuffer> {
  return image.channels === 3
    ? resampleColumnsRgb(image, weights, rows)
    : resampleColumnsGrey(image, weights, rows);
}

function resampleColumnsRgb(
  image: Raster,
  axis: ResampleWeights,
  rows: RowRange,
): Uint8ClampedArray<ArrayBuffer> {
  const { data, width } = image;
  const { starts, counts, weights, stride } = axis;
  const columns = starts.length;
  const out = new Uint8ClampedArray(rows.count * columns * 3);
  let to = 0;
  for (let y = 0; y < rows.count; y += 1) {
    const rowStart = (rows.first + y) * width * 3;
    for (let x = 0; x < columns; x += 1) {
      let from = rowStart + starts[x]! * 3;
      let tap = x * stride;
      const end = tap + counts[x]!;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (; tap < end; tap += 1) {
        const weight = weights[tap]!;
        red = (red + Math.imul(data[from]!, weight)) | 0;
        green = (green + Math.imul(data[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(data[from + 2]!, weight)) | 0;
        from += 3;
      }
      out[to] = red >> PRECISION_BITS;
      out[to + 1] = green >> PRECISION_BITS;
      out[to + 2] = blue >> PRECISION_BITS;
      to += 3;
    }
  }
  return out;
}

function resampleColumnsGrey(
  image: Raster,
  axis: ResampleWeights,
  rows: RowRange,
): Uint8ClampedArray<ArrayBuffer> {
  const { data, width } = image;
  const { starts, counts, weights, stride } = axis;
  const columns = starts.length;
  const out = new Uint8ClampedArray(rows.count * columns);
  let to = 0;
  for (let y = 0; y < rows.count; y += 1) {
    const rowStart = (rows.first + y) * width;
    for (let x = 0; x < columns; x += 1) {
      let from = rowStart + starts[x]!;
      let tap = x * stride;
      const end = tap + counts[x]!;
      let sum = HALF;
      for (; tap < end; tap += 1) {
        sum = (sum + Math.imul(data[from]!, weights[tap]!)) | 0;
        from += 1;
      }
      out[to] = sum >> PRECISION_BITS;
      to += 1;
    }
  }
  return out;
}

/**
 * `columns` holds the rows from `firstRow` on. Four taps at a time: a pass over the sums for each tap alone takes half as
 * long again.
 */
function resampleRows(
  columns: Uint8ClampedArray,
  rowLength: number,
  axis: ResampleWeights,
  firstRow: number,
): Uint8ClampedArray<ArrayBuffer> {
  const { starts, counts, weights, stride } = axis;
  const out = new Uint8ClampedArray(starts.length * rowLength);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < starts.length; y += 1) {
    sums.fill(HALF);
    let row0 = (starts[y]! - firstRow) * rowLength;
    let tap = y * stride;
    const end = tap + counts[y]!;
    for (; tap + 4 <= end; tap += 4) {
      const row1 = row0 + rowLength;
      const row2 = row1 + rowLength;
      const row3 = row2 + rowLength;
      const weight0 = weights[tap]!;
      const weight1 = weights[tap + 1]!;
      const weight2 = weights[tap + 2]!;
      const weight3 = weights[tap + 3]!;
      for (let i = 0; i < rowLength; i += 1) {
        const upper =
          (Math.imul(columns[row0 + i]!, weight0) + Math.imul(columns[row1 + i]!, weight1)) | 0;
        const lower =
          (Math.imul(columns[row2 + i]!, weight2) + Math.imul(columns[row3 + i]!, weight3)) | 0;
        sums[i] = (sums[i]! + upper + lower) | 0;
      }
      row0 = row3 + rowLength;
    }
    for (; tap < end; tap += 1) {
      const weight = weights[tap]!;
      for (let i = 0; i < rowLength; i += 1) {
        sums[i] = (sums[i]! + Math.imul(columns[row0 + i]!, weight)) | 0;
      }
      row0 += rowLength;
    }
    const to = y * rowLength;
    for (let i = 0; i < rowLength; i += 1) out[to + i] = sums[i]! >> PRECISION_BITS;
  }
  return out;
}
