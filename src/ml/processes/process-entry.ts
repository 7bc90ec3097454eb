import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * The program of a child, beside the module at `importer`: compiled it is a .js file; in development and in tests it is
 * the TypeScript source, run through tsx.
 */
export interface ProcessEntry {
  readonly url: URL;
  readonly execArgv: readonly string[];
}

export function processEntry(name: string, importer: string): ProcessEntry {
  const isSource = importer.endsWith('.ts');
  const url = new URL(`./${name}${isSource ? '.ts' : '.js'}`, importer);
  if (!isSource) return { url, execArgv: [] };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { url, execArgv: ['--import', tsx] };
}
