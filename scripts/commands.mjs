import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endWithNpm } from './setup/end-with-npm.mjs';
import { ROOT } from './setup/root.mjs';
import { setUp } from './setup/setup.mjs';

const COMMANDS = {
  serve: { help: 'the server, with a worker', run: program },
  worker: { help: 'a worker more', run: program },
  demo: { help: 'the demo: -- --exit ends instead of serving', run: program },
  test: { help: 'all tests, or those that vitest selects by the arguments', run: test },
  screenshots: { help: 'pictures of the dashboard, into docs/screenshots', run: screenshots },
  check: { help: 'format, lint, types, drift, unit and ort tests', run: check },
  'kill-trials': { help: 'kill trials', run: script('test/e2e/kill-trials/main.ts') },
  emit: { help: 'write schema.graphql and docs/errors.md', run: emit },
  migration: { help: 'write the next migration: <name>', run: script('scripts/make-migration.ts') },
  cuda: { help: 'install what ONNX Runtime needs for CUDA (downloads)', run: cuda },
  tensorflow: { help: 'install TensorFlow.js (downloads): [gpu | cpu]', run: tensorflow },
  setup: { help: 'only what the others do first', run: async () => {} },
};

export async function runCommand([name = '', ...parameters]) {
  const command = COMMANDS[name];
  if (!command) {
    const lines = Object.entries(COMMANDS).map(([key, { help }]) => `  ${key.padEnd(12)} ${help}`);
    console.error(`expected one of these after scripts/run.mjs:\n${lines.join('\n')}`);
    process.exit(2);
  }
  try {
    await setUp({ dashboard: command.run !== emit });
  } catch (error) {
    process.stderr.write(`\nclipwright: ${error.message}\n`);
    process.exit(1);
  }
  await command.run(name, parameters);
}

/** The compiled program. */
async function program(name, parameters) {
  process.setSourceMapsEnabled(true);
  endWithNpm();
  await become(join(ROOT, 'dist/main.js'), [name, ...parameters]);
}

/** Vitest takes its configuration from the working directory. */
async function test(_name, parameters) {
  process.chdir(ROOT);
  await become(join(ROOT, 'node_modules/vitest/vitest.mjs'), ['run', ...parameters]);
}

/** What the tests of the dashboard see, with scenes enough to be looked at. */
async function screenshots() {
  process.env.CLIPWRIGHT_SCREENSHOTS = join(ROOT, 'docs/screenshots');
  await test('test', ['test/e2e/dashboard']);
}

async function check() {
  process.chdir(ROOT);
  const { runChecks } = await import('./check/check.mjs');
  process.exitCode = (await runChecks()) ? 0 : 1;
}

async function emit() {
  process.chdir(ROOT);
  const { register } = await import('tsx/esm/api');
  register();
  await become(join(ROOT, 'src/schema/emit.ts'), []);
  await become(join(ROOT, 'scripts/emit-errors.ts'), []);
}

async function tensorflow(_name, parameters) {
  const { installTensorFlow } = await import('./setup/tensorflow.mjs');
  process.exitCode = installTensorFlow(parameters) ? 0 : 1;
}

async function cuda() {
  const { installCuda } = await import('./setup/cuda.mjs');
  process.exitCode = installCuda() ? 0 : 1;
}

/** A program in TypeScript, run as it is. */
function script(path) {
  return async (_name, parameters) => {
    process.chdir(ROOT);
    const { register } = await import('tsx/esm/api');
    register();
    await become(join(ROOT, path), parameters);
  };
}

/** Runs another program in this process, which sees its own arguments. */
async function become(path, parameters) {
  process.argv = [process.execPath, path, ...parameters];
  await import(pathToFileURL(path).href);
}
