import type { TowerFiles } from '../clip/encoder-description.js';
import { processEntry } from './process-entry.js';
import { ProcessPool } from './process-pool.js';
import type { QuantiseMethods } from './quantise.methods.js';

/** Some 10 MB a second at the worst. */
const TIMEOUT_MS = 600_000;

/**
 * Writes an encoder's towers in INT8, in child processes that end with it: seconds, and as much memory as the largest weight
 * takes a few times.
 */
export async function quantiseTowers(from: TowerFiles, to: TowerFiles): Promise<void> {
  const pool = new ProcessPool<QuantiseMethods>({
    name: 'quantise',
    entry: processEntry('quantise.process', import.meta.url),
    size: 2,
    concurrency: 1,
    timeoutMs: TIMEOUT_MS,
    // Somebody waits.
    nice: 5,
  });
  try {
    await Promise.all([
      pool.request('quantise', { from: from.vision, to: to.vision }),
      pool.request('quantise', { from: from.text, to: to.text }),
    ]);
  } finally {
    await pool.close();
  }
}
