/** What may be imported; a GIF's or WebP's first frame stands for the whole. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

/** Enough for every signature below, an AVIF's list of compatible brands included. */
const SIGNATURE_BYTES = 64;

/** The format by content; a file's name or a client's content type is never believed. Null: not on the list. */
export function sniffImageFormat(bytes: Uint8Array): ImageFormat | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SIGNATURE_BYTES));
  const ascii = head.toString('latin1');
  if (ascii.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WEBP') return 'webp';
  if (ascii.startsWith('GIF87a') || ascii.startsWith('GIF89a')) return 'gif';
  if (ascii.startsWith('II*\0') || ascii.startsWith('MM\0*')) return 'tiff';
  if (ascii.slice(4, 8) === 'ftyp' && namesAvif(head)) return 'avif';
  return null;
}

/** ISO base media files list a major brand, a version and then compatible brands, four bytes each. */
function namesAvif(head: Buffer): boolean {
  const end = Math.min(head.length, head.length >= 4 ? head.readUInt32BE(0) : 0);
  for (let at = 8; at + 4 <= end; at += 4) {
    const brand = head.toString('latin1', at, at + 4);
    if (at !== 12 && (brand === 'avif' || brand === 'avis')) return true;
  }
  return false;
}
