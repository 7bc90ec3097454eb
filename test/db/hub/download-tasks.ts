import { HubClient } from '../../../src/hub/hub-client.js';
import { type TaskRegistry, taskRegistry } from '../../../src/jobs/registry.js';
import { downloadEncoderTask } from '../../../src/jobs/tasks/download-encoder.task.js';
import { catalogued } from '../../support/hub/catalogued.js';

export const ENCODER = 'someone/tiny';

export const CATALOGUE = new Map([[ENCODER, catalogued(ENCODER)]]);

/** What a worker on a data directory does that downloads alone, patient for milliseconds. */
export function downloadTasks(
  endpoint: string,
  hubRoot: string,
  freeBytes?: () => Promise<number>,
): TaskRegistry {
  const settings = { endpoint, token: undefined, offline: false };
  const client = new HubClient(settings, { windowMs: 2000, retryMs: 20 });
  const deps = { catalogue: CATALOGUE, client, hubRoot, ...(freeBytes && { freeBytes }) };
  return taskRegistry([downloadEncoderTask(deps)], ['download-encoder']);
}
