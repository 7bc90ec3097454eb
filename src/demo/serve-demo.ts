import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.js';
import type { Logger } from '../logger.js';
import { type RunningServer, serve } from '../serve.js';
import { runDemo } from './run-demo.js';

/**
 * Starts a server and runs the demo against it as any client would. It imports from a folder in the data directory, so
 * that what the demo makes stays apart from what people import.
 * @returns the server, which goes on
 */
export async function serveDemo(config: Config, logger: Logger): Promise<RunningServer> {
  const importRoot = path.join(config.data, 'import');
  const started = performance.now();
  const server = await serve({ ...config, importRoots: [importRoot] }, logger);
  try {
    const tokenFile = path.join(config.data, 'admin-token');
    const token = config.token ?? (await readFile(tokenFile, 'utf8')).trim();
    await runDemo({ url: server.url, token, importRoot, print: (line) => console.log(line) });
  } catch (error) {
    await server.stop();
    throw error;
  }
  console.log(`\nDone in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  return server;
}
