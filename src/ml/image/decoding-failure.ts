import { ClipwrightError } from '../../errors/clipwright-error.js';
import { DECODE_SECONDS } from './image-limits.js';

/** libvips reports everything as text; what it says first is kept, as it helps whoever made the file. */
export function decodingFailure(error: unknown): ClipwrightError {
  if (error instanceof ClipwrightError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/^timeout: /.test(message)) {
    return new ClipwrightError(
      'IMAGE_DECODE_TIMEOUT',
      `the image took longer than ${DECODE_SECONDS} seconds to decode`,
    );
  }
  if (/exceeds pixel limit/.test(message)) {
    return new ClipwrightError('IMAGE_TOO_MANY_PIXELS', 'the image has too many pixels');
  }
  const reason = message.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return new ClipwrightError('IMAGE_UNDECODABLE', `the image cannot be decoded: ${reason}`);
}
