import type { ModelDimensions } from './model.js';

/** One window is read while another is used, and the allocator keeps a third. */
const WINDOWS = 3;

/** Labels as they come and go, splits, and the order of an epoch: measured, about 350 with 5 labels each. */
const BYTES_PER_STREAMED_SAMPLE = 400;

/** What of a training's memory limit its features and targets may take; beyond it they are streamed. */
const SHARE = 0.5;

/** What of it one window of streamed samples takes. More than `MAX_WINDOW_BYTES` would gain nothing. */
const WINDOW_SHARE = 1 / 64;
const MAX_WINDOW_BYTES = 2 ** 26;

type SampleDimensions = Pick<ModelDimensions, 'embeds' | 'numLabels'>;

/** Bytes of one sample's features and targets. */
export function rowBytes({ embeds, numLabels }: SampleDimensions): number {
  const { image = 0, text = 0 } = embeds;
  return (image + text) * 4 + numLabels;
}

/** Whether a training that may take `limit` bytes keeps its samples in a file instead of in memory. */
export function areStreamed(dims: SampleDimensions, samples: number, limit: number): boolean {
  return samples * rowBytes(dims) > limit * SHARE;
}

/** Bytes of features and targets that one window of streamed samples holds. */
export function windowBytes(limit: number): number {
  return Math.min(MAX_WINDOW_BYTES, limit * WINDOW_SHARE);
}

/** Bytes that the samples of a training take. */
export function sampleMemory(dims: SampleDimensions, samples: number, limit: number): number {
  if (!areStreamed(dims, samples, limit)) return samples * rowBytes(dims);
  return WINDOWS * windowBytes(limit) + samples * BYTES_PER_STREAMED_SAMPLE;
}
