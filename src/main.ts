import 'reflect-metadata';
import path from 'node:path';
import { type Config, loadConfig } from './config.js';
import { ClipwrightError } from './errors/clipwright-error.js';
import { createLogger } from './logger.js';
import { startProblem } from './start-problem.js';

/** A demo has a data directory of its own, and its output is for people: the log says only what goes wrong. */
const DEMO_DEFAULTS = { CLIPWRIGHT_DATA: 'demo-data', CLIPWRIGHT_LOG: 'warn' };

const [mode = 'serve', ...rest] = process.argv.slice(2);

let config: Config | undefined;
try {
  if (mode === 'serve' && rest.length === 0) {
    config = loadConfig();
    await runServer(config);
  } else if (mode === 'worker' && rest.length <= 1 && !rest[0]?.startsWith('-')) {
    config = loadConfig();
    await runWorker(config, rest[0]);
  } else if (mode === 'demo' && rest.length <= 1 && (rest[0] ?? '--exit') === '--exit') {
    config = loadConfig({ ...DEMO_DEFAULTS, ...process.env });
    await runDemoServer(config, rest.length > 0);
  } else {
    throw new ClipwrightError(
      'BAD_USER_INPUT',
      `expected \`serve\`, \`worker [id]\` or \`demo [--exit]\` but received \`${[mode, ...rest].join(' ')}\``,
    );
  }
} catch (error) {
  const problem = startProblem(error, config);
  console.error(problem === undefined ? error : `clipwright: ${problem}`);
  process.exit(1);
}

async function runServer(config: Config): Promise<void> {
  const { serve } = await import('./serve.js');
  const server = await serve(config, createLogger(config.logLevel));
  stopOnSignal(() => server.stop());
  console.log(`Clipwright listens on ${server.url}`);
  console.log(
    `  Dashboard: sign in by ${server.url}${server.signInPath()} (once, within ten minutes)`,
  );
  console.log(`  GraphQL   ${server.url}/graphql   (in a browser: an explorer)`);
  console.log(`  Admin token in ${path.join(config.data, 'admin-token')}`);
  if (!config.worker) {
    console.log('  This server runs no worker: jobs wait until one is started (npm run worker).');
  }
}

async function runWorker(config: Config, id: string | undefined): Promise<void> {
  endWithParent();
  const { work } = await import('./work.js');
  const logger = createLogger(config.logLevel);
  const worker = await work(config, logger, id, (error) => {
    console.error(`clipwright: ${error.message}`);
    void worker.stop().finally(() => process.exit(1));
  });
  stopOnSignal(() => worker.stop());
}

/** A parent that is gone cannot start another: its worker must not work beside the next server's. */
function endWithParent(): void {
  process.on('disconnect', () => process.exit(0));
  // It may have gone before anybody listened. A worker that a person started never had a channel, nor `send`.
  if (process.send && !process.connected) process.exit(0);
}

async function runDemoServer(config: Config, exit: boolean): Promise<void> {
  const { serveDemo } = await import('./demo/serve-demo.js');
  const server = await serveDemo(config, createLogger(config.logLevel));
  if (exit) {
    await server.stop();
    return;
  }
  stopOnSignal(() => server.stop());
  console.log(`Clipwright listens on ${server.url}, data in ${config.data}. Ctrl-C stops it.`);
  console.log(`Dashboard: sign in by ${server.url}${server.signInPath()}`);
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second Ctrl-C is for somebody who does not want to wait.
      if (stopping) process.exit(130);
      stopping = true;
      void stop().then(() => process.exit(0));
    });
  }
}
