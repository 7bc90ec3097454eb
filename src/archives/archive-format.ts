import { open } from 'node:fs/promises';

export type ArchiveFormat = 'zip' | 'tar' | 'tar.gz';

/** By its first bytes, whatever its name; null where it is none of these. */
export async function archiveFormat(path: string): Promise<ArchiveFormat | null> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const begins = buffer.subarray(0, bytesRead);
    if (begins.length < 4) return null;
    const four = begins.readUInt32LE(0);
    // A file header, or the end of an archive without files.
    if (four === 0x04034b50 || four === 0x06054b50) return 'zip';
    if (begins[0] === 0x1f && begins[1] === 0x8b) return 'tar.gz';
    return begins.toString('latin1', 257, 262) === 'ustar' ? 'tar' : null;
  } finally {
    await file.close();
  }
}
