import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** A file as the hub lists it. */
export interface HubFile {
  /** As the catalogue names it. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** `sha256` of the content where it lies in LFS, else git's: SHA-1 over `blob <size>\0` and the content. */
  readonly hash: { readonly kind: 'sha256' | 'git-sha1'; readonly hex: string };
}

/** Whether what lies at `path` is the file, to the byte. Takes about a second per gigabyte. */
export async function isContentOf(
  { size, hash }: HubFile,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  const digest =
    hash.kind === 'sha256'
      ? createHash('sha256')
      : createHash('sha1').update(`blob ${size}\0`, 'latin1');
  for await (const chunk of createReadStream(path, { signal })) digest.update(chunk as Buffer);
  return digest.digest('hex') === hash.hex;
}
