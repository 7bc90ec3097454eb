import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts the program of a thread, beside the module at `importer`: compiled it is a .js file; in development and in tests
 * the TypeScript source, for which tsx must be registered in the thread itself: Node 20 does not hand it on.
 */
export function openThread(name: string, importer: string, workerData: unknown): Worker {
  if (!importer.endsWith('.ts'))
    return new Worker(new URL(`./${name}.js`, importer), { workerData });
  // `resolve` finds the twin for `require`, which cannot be imported.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(
    /\.cjs$/,
    '.mjs',
  );
  const source = new URL(`./${name}.ts`, importer).href;
  const program = `import(${JSON.stringify(tsx)}).then((tsx) => {
    tsx.register();
    return import(${JSON.stringify(source)});
  });`;
  return new Worker(program, { eval: true, execArgv: [], workerData });
}
