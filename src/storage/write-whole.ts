import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Puts content in a file's place: others read what was there or what is there now, never a part.
 * @param flush whether a crash of the machine must not leave it empty
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { flush = false }: { flush?: boolean } = {},
): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, content, { mode: 0o600, flush });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
