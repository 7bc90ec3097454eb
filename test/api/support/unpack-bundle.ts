import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openZip } from '../../../src/archives/zip-archive.js';

/** @param into a folder that exists @returns one of its own in it, with what the bundle has */
export async function unpackBundle(
  bytes: Parameters<typeof writeFile>[1],
  into: string,
): Promise<string> {
  const folder = await mkdtemp(join(into, 'unpacked-'));
  const zipped = join(folder, 'bundle.zip');
  await writeFile(zipped, bytes);
  const zip = await openZip(zipped, { entries: 100, bytes: 1e9 });
  for (const path of zip.paths) {
    const parts: Buffer[] = [];
    for await (const part of zip.stream(path)) parts.push(part);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.concat(parts));
  }
  await zip.close();
  return folder;
}
