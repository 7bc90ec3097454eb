import { z } from 'zod';
import { type RunDownloadDeps, runDownload } from '../../services/run-download.js';
import type { Settler } from '../registry.js';
import type { Task } from '../task.js';

const payload = z.object({ encoderId: z.string() });

type Payload = z.infer<typeof payload>;

/** Nothing waits for a download, and what has come of one is kept for the next. */
export const downloadEncoderSettler: Settler<Payload> = { name: 'download-encoder', payload };

export function downloadEncoderTask(deps: RunDownloadDeps): Task<Payload> {
  return {
    ...downloadEncoderSettler,
    run: ({ encoderId }, context) => runDownload(deps, encoderId, context),
  };
}
