import { createHash } from 'node:crypto';
import type { Sha256 } from './blob-store.js';

const HEXADECIMAL = /^[0-9a-f]{64}$/;

export function sha256Of(content: Uint8Array | string): Sha256 {
  return createHash('sha256').update(content).digest('hex') as Sha256;
}

/** The only way from a string to a digest, and so to a path: anything but 64 lower-case digits throws. */
export function parseSha256(hexadecimal: string): Sha256 {
  if (!HEXADECIMAL.test(hexadecimal)) {
    throw new RangeError(
      `expected 64 hexadecimal digits for \`sha256\` but received ${JSON.stringify(hexadecimal.slice(0, 80))}`,
    );
  }
  return hexadecimal as Sha256;
}

/** From the 32 bytes of a database column. */
export function sha256FromBytes(bytes: Uint8Array): Sha256 {
  return parseSha256(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex'));
}

/** The 32 bytes of a database column. */
export function sha256ToBytes(sha256: Sha256): Buffer {
  return Buffer.from(sha256, 'hex');
}
