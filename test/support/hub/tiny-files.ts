import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TINY_CLIP } from '../clip/fixtures.js';
import { catalogued } from './catalogued.js';

/** What the hub has of the tiny CLIP, and a file that nobody asks for. */
export function tinyFiles(): Record<string, Buffer> {
  const { shared, FP32 } = catalogued('any/any').files;
  const names = [...shared, ...FP32];
  const files = names.map((name) => [name, readFileSync(path.join(TINY_CLIP, name))] as const);
  return { ...Object.fromEntries(files), 'README.md': Buffer.from('# tiny') };
}
