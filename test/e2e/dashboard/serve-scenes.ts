import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApiClient } from '../../../src/demo/api-client.js';
import { writeScenes } from '../../../src/demo/write-scenes.js';
import { ServerProcess } from '../../support/server-process.js';
import { importFolder } from './prepare.js';

/** A server of its own, with scenes that were drawn and imported. */
export interface ServedScenes {
  server: ServerProcess;
  client: ApiClient;
  datasetId: string;
  /** The folder `scenes` is in it. */
  importRoot: string;
  /** Ends the server, and removes all that it had. */
  close(): Promise<void>;
}

export async function serveScenes(scenes: { count: number; seed: number }): Promise<ServedScenes> {
  const work = await mkdtemp(path.join(tmpdir(), 'clipwright-scenes-'));
  const importRoot = path.join(work, 'import');
  let server: ServerProcess | undefined;
  const close = async () => {
    await server?.stop();
    await rm(work, { recursive: true, force: true });
  };
  try {
    await writeScenes(path.join(importRoot, 'scenes'), scenes);
    server = await ServerProcess.start({ data: path.join(work, 'data'), importRoot });
    const client = await server.client();
    const datasetId = await importFolder(client, 'scenes');
    return { server, client, datasetId, importRoot, close };
  } catch (error) {
    await close();
    throw error;
  }
}
