import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from '../../storage/exists.js';

/** The same seen from src/http/explorer and dist/http/explorer. */
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const CLIENT = join(PROJECT, 'src/http/explorer/client.js');

/**
 * Bundles GraphiQL once per state of the page and the packages, and keeps the result beside the packages; about three
 * seconds the first time, in a process of esbuild's.
 *
 * @returns the folder with the bundle
 * @throws where graphiql or esbuild is not installed
 */
export async function bundleExplorer(): Promise<string> {
  const { build } = await import('esbuild');
  const made = createHash('sha256');
  made.update(await readFile(CLIENT));
  made.update(await readFile(join(PROJECT, 'package-lock.json')));
  const cache = join(PROJECT, 'node_modules/.cache');
  const target = join(cache, `clipwright-explorer-${made.digest('hex').slice(0, 16)}`);
  if (await exists(target)) return target;
  const temporary = `${target}.${randomUUID()}`;
  try {
    await mkdir(cache, { recursive: true });
    await bundleInto(build, temporary);
    await rename(temporary, target);
    return target;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process was faster.
    if (await exists(target)) return target;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error;
  }
  // Packages that cannot be written beside: a folder that nobody else can have prepared, for this process alone.
  const own = await mkdtemp(join(tmpdir(), 'clipwright-explorer-'));
  await bundleInto(build, own);
  return own;
}

async function bundleInto(build: typeof import('esbuild')['build'], folder: string): Promise<void> {
  await build({
    entryPoints: {
      explorer: CLIENT,
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
    absWorkingDir: PROJECT,
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    loader: { '.ttf': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'external',
    logLevel: 'silent',
  });
}
