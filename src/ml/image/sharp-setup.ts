import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { DECODE_SECONDS, MOST_PIXELS } from './image-limits.js';

// Only what the allow-list of formats needs can run, whatever the bytes pretend to be.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
    'VipsForeignLoadTiff',
  ],
});
// Images come once each: a cache would only hold memory. Several images decode at a time, so one thread is enough each.
sharp.cache(false);
sharp.concurrency(1);

export type { Metadata, Sharp };

/** A pipeline that reads the first frame, fails on truncated and corrupt data but not on mere warnings. */
export function openPipeline(bytes: Uint8Array, options: SharpOptions = {}): Sharp {
  return sharp(bytes, {
    failOn: 'error',
    limitInputPixels: MOST_PIXELS,
    pages: 1,
    ...options,
  }).timeout({ seconds: DECODE_SECONDS });
}
