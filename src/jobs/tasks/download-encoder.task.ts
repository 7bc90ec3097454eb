import { z } from 'zod';
import { type RunDownloadDeps, runDownload } from '../../services/run-download.js';
import type { Settler } from '../registry.js';
import type { Task } from '../task.js';

/** Jobs of earlier versions name no precision. */
const payload = z.object({
  encoderId: z.string(),
  precision: z.enum(['FP32', 'FP16', 'INT8']).default('FP32'),
});

type Payload = z.infer<typeof payload>;

/** Nothing waits for a download, and what has come of one is kept for the next. */
export const downloadEncoderSettler: Settler<Payload> = { name: 'download-encoder', payload };

export function downloadEncoderTask(deps: RunDownloadDeps): Task<Payload> {
  return {
    ...downloadEncoderSettler,
    run: (payload, context) => runDownload(deps, payload, context),
  };
}
