import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import { readAt } from '../data/read-at.js';
import { type ImageLimits, STANDARD_IMAGE_LIMITS } from './image-limits.js';

/** Bytes, or a path that our own server chose (a stored file, an entry of an import's listing). */
export type ImageSource = { readonly path: string } | { readonly bytes: Uint8Array };

export async function readImageSource(
  source: ImageSource,
  limits: ImageLimits = STANDARD_IMAGE_LIMITS,
): Promise<Uint8Array> {
  const bytes = 'bytes' in source ? source.bytes : await readBounded(source.path, limits.bytes);
  if (bytes.length > limits.bytes) throw imageTooLarge(bytes.length, limits.bytes);
  return bytes;
}

async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  // Non-blocking, so that opening a named pipe cannot hang.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => {
    throw new ClipwrightError('IMAGE_MISSING', 'the image file cannot be opened');
  });
  try {
    const { size } = await file.stat().then((stat) => (stat.isFile() ? stat : { size: -1 }));
    if (size < 0) throw new ClipwrightError('IMAGE_MISSING', 'the image is not an ordinary file');
    if (size > maxBytes) throw imageTooLarge(size, maxBytes);
    const bytes = Buffer.allocUnsafeSlow(size);
    return bytes.subarray(0, await readAt(file, bytes, 0));
  } finally {
    await file.close();
  }
}

function imageTooLarge(size: number, maxBytes: number): ClipwrightError {
  return new ClipwrightError(
    'IMAGE_TOO_LARGE',
    `expected an image of at most ${maxBytes} bytes but received ${size}`,
  );
}
