import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { type HubFile, isContentOf } from '../hub/hub-file.js';
import type { JobContext } from '../jobs/task.js';
import { checkTower } from '../ml/clip/describe-encoder.js';
import { EncoderFiles } from '../ml/clip/encoder-files.js';
import { findVariants } from '../ml/clip/encoder-variant.js';
import type { Precision } from '../ml/clip/precision.js';
import type { DownloadParts } from './download-parts.js';
import { syncFolders } from './replace-folder.js';

/** Whether a folder that is an encoder has sound files of the precision. */
export async function hasPrecision(directory: string, precision: Precision): Promise<boolean> {
  if (precision === 'FP32') return true;
  const variants = await findVariants(directory, () => {});
  return variants.some((each) => each.precision === precision);
}

/** @throws CONFLICT where the hub has other files by now than lie in the encoder's folder */
export async function requireSameFiles(
  directory: string,
  files: readonly HubFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const file of files) {
    const isSame = await isContentOf(file, path.join(directory, file.path), signal).catch(
      () => false,
    );
    signal.throwIfAborted();
    if (isSame) continue;
    throw new ClipwrightError(
      'CONFLICT',
      `The hub has another ${file.path} by now than was downloaded, so what it has in other precisions may be other ` +
        'weights. Remove the folder of the encoder and download it anew.',
    );
  }
}

/**
 * Puts what was downloaded beside the files of an encoder that is there. They come one by one, but count only as a pair: an
 * attempt that ends in between leaves the encoder as it was.
 * @throws ENCODER_FILE_INVALID, ENCODER_UNSUPPORTED
 */
export async function addPrecision(
  destination: string,
  files: readonly HubFile[],
  parts: DownloadParts,
  context: JobContext,
): Promise<void> {
  const assembled = await parts.assemble(files);
  await context.progress({ progress: 1, message: 'checking what was downloaded' });
  const encoder = await EncoderFiles.open(assembled);
  for (const { path: name } of files) {
    if (!name.endsWith('.onnx')) continue;
    await checkTower(encoder, name).catch(async (error) => {
      if (error instanceof ClipwrightError) await context.fenced(() => parts.remove());
      throw error;
    });
  }
  await context.fenced(async () => {
    for (const file of files) {
      const to = path.join(destination, file.path);
      await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
      await rename(path.join(assembled, file.path), to);
    }
    await syncFolders(destination);
    await parts.remove();
  });
}
