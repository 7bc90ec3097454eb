import { HubClient } from '../../../src/hub/hub-client.js';
import { type TaskRegistry, taskRegistry } from '../../../src/jobs/registry.js';
import { downloadEncoderTask } from '../../../src/jobs/tasks/download-encoder.task.js';
import type { RunDownloadDeps } from '../../../src/services/run-download.js';
import { catalogued } from '../../support/hub/catalogued.js';

export const ENCODER = 'someone/tiny';

/** Both towers in one graph. */
export const COMBINED_ENCODER = 'someone/combined';

const { files, ...combined } = catalogued(COMBINED_ENCODER);
export const CATALOGUE = new Map([
  [ENCODER, catalogued(ENCODER)],
  [COMBINED_ENCODER, { ...combined, files: { shared: files.shared, FP32: ['onnx/model.onnx'] } }],
]);

/**
 * What a worker on a data directory does that downloads alone, patient for milliseconds.
 * @param more what it does otherwise; left out, encoders are taken to embed
 */
export function downloadTasks(
  endpoint: string,
  hubRoot: string,
  more: Partial<Pick<RunDownloadDeps, 'freeBytes' | 'tryEncoder'>> = {},
): TaskRegistry {
  const settings = { endpoint, token: undefined, offline: false };
  const client = new HubClient(settings, { windowMs: 2000, retryMs: 20 });
  const deps = { catalogue: CATALOGUE, client, hubRoot, tryEncoder: async () => {}, ...more };
  return taskRegistry([downloadEncoderTask(deps)], ['download-encoder']);
}
