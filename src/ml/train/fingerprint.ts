import { createHash } from 'node:crypto';
import { allRows, cutRows } from '../data/rows.js';
import type { RunConfig } from './run-config.js';
import type { SampleSource } from './sample-source.js';

/** Rows of targets at once. */
const ROWS = 4096;

/** Tells runs apart whose checkpoints must not be mixed up. Feature values, threads and engine are left out. */
export function fingerprint(config: RunConfig, seed: number, source: SampleSource): string {
  const hash = createHash('sha256');
  const { numLabels, samples, embeds, labelEmbeds } = source;
  const dimensions = [embeds.image ?? null, embeds.text ?? null];
  hash.update(JSON.stringify({ config, seed, numLabels, dimensions }));
  const update = (values: Int32Array | Float32Array) => {
    hash.update(`${values.length} `);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  for (const split of [source.train, source.validation, source.test]) update(split);
  hash.update(`${samples * numLabels} `);
  for (const rows of cutRows(allRows(samples), ROWS)) hash.update(source.targetsOf(rows));
  if (labelEmbeds) update(labelEmbeds);
  return hash.digest('hex');
}
