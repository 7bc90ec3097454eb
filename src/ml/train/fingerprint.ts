import { createHash } from 'node:crypto';
import type { FitData } from './fit-data.js';
import type { RunConfig } from './run-config.js';

/** Tells runs apart whose checkpoints must not be mixed up. Feature values, threads and engine are left out. */
export function fingerprint(config: RunConfig, seed: number, data: FitData): string {
  const hash = createHash('sha256');
  const { numLabels, features } = data;
  const dimensions = [features.image?.dimension ?? null, features.text?.dimension ?? null];
  hash.update(JSON.stringify({ config, seed, numLabels, dimensions }));
  const { train, validation, test, targets, labelEmbeds } = data;
  for (const split of [train, validation, test, targets, ...(labelEmbeds ? [labelEmbeds] : [])]) {
    hash.update(`${split.length} `);
    hash.update(new Uint8Array(split.buffer, split.byteOffset, split.byteLength));
  }
  return hash.digest('hex');
}
