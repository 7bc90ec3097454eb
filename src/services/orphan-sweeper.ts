import type { Database } from '../db/database.js';
import { type SearchableBlobStore, sweepOrphans } from './remove-blobs.js';

const FIRST_MS = 60 * 1000; // after the rush of a start
const EVERY_MS = 6 * 60 * 60 * 1000;

export interface SweepLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Sweeps a while after the start and then every six hours. Any number of processes may. */
export function startOrphanSweeper(
  deps: {
    db: Database;
    blobs: SearchableBlobStore;
    uploads: { sweep(): Promise<void> };
    removeStalePrecisions(): Promise<void>;
    removeStaleParts(): Promise<void>;
    removeDeletedEncoders(): Promise<void>;
    removeStaleThumbnails(): Promise<void>;
    logger: SweepLogger;
  },
  options: { firstMs?: number; everyMs?: number } = {},
): { stop(): Promise<void> } {
  const { firstMs = FIRST_MS, everyMs = EVERY_MS } = options;
  const stopping = new AbortController();
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = async () => {
    try {
      await deps.uploads.sweep();
      await deps.removeStalePrecisions();
      await deps.removeStaleParts();
      await deps.removeDeletedEncoders();
      const swept = await sweepOrphans(deps, { signal: stopping.signal });
      // Last, as images that nothing used have gone with that.
      await deps.removeStaleThumbnails();
      if (swept.freedBytes > 0) deps.logger.info(swept, 'removed files that nothing used');
    } catch (error) {
      if (!stopping.signal.aborted) deps.logger.warn({ err: error }, 'the orphan sweep failed');
    }
  };
  const later = (ms: number) =>
    setTimeout(() => {
      sweeping = sweep().then(() => {
        if (!stopping.signal.aborted) timer = later(everyMs);
      });
    }, ms).unref();
  let timer = later(firstMs);
  return {
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await sweeping;
    },
  };
}
