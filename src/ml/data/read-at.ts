import type { FileHandle } from 'node:fs/promises';
import { ClipwrightError } from '../../errors/clipwright-error.js';

/**
 * Fills `bytes` with what the file has from `start` on.
 * @returns how many there were; fewer than asked for where the file ends before
 */
export async function readAt(file: FileHandle, bytes: Uint8Array, start: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** @throws ARTIFACT_DAMAGED where the file ends before `bytes` are full */
export async function readAllAt(file: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  if ((await readAt(file, bytes, start)) < bytes.length) {
    throw new ClipwrightError('ARTIFACT_DAMAGED', 'the file ends early');
  }
}
