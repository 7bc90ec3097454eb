import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import { describeEncoder } from './describe-encoder.js';
import type { EncoderDescription } from './encoder-description.js';

/** An encoder folder that was found: usable, or with the reason why not. */
export type CatalogueEntry =
  | { readonly name: string; readonly encoder: EncoderDescription }
  | { readonly name: string; readonly error: ClipwrightError };

/** Every folder directly below the roots, in their order and then by name; a root that is absent holds none. */
export async function listLocalEncoders(roots: readonly string[]): Promise<CatalogueEntry[]> {
  const entries: CatalogueEntry[] = [];
  for (const root of roots) {
    const found = await readdir(root, { withFileTypes: true }).catch((): Dirent[] => []);
    const names = found.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const name of names.sort()) entries.push(await readEntry(name, join(root, name)));
  }
  return entries;
}

async function readEntry(name: string, directory: string): Promise<CatalogueEntry> {
  try {
    return { name, encoder: await describeEncoder(directory) };
  } catch (error) {
    if (error instanceof ClipwrightError) return { name, error };
    throw error;
  }
}
