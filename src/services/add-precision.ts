import { copyFile, mkdir, realpath, rename } from 'node:fs/promises';
import path from 'node:path';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { type HubFile, isContentOf } from '../hub/hub-file.js';
import type { JobContext } from '../jobs/task.js';
import { describeEncoder } from '../ml/clip/describe-encoder.js';
import { ENCODER_FILES, type EncoderDescription } from '../ml/clip/encoder-description.js';
import { EncoderFiles } from '../ml/clip/encoder-files.js';
import { type EncoderVariant, findVariants, inVariant } from '../ml/clip/encoder-variant.js';
import type { Precision } from '../ml/clip/precision.js';
import type { DownloadParts } from './download-parts.js';
import { syncFolders } from './replace-folder.js';
import { isFaultOfFiles } from './require-running.js';

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
        'weights. Delete the encoder and download it anew.',
    );
  }
}

/**
 * Of a folder with files of one precision besides FP32.
 * @throws what is wrong with these files
 */
export async function requirePrecision(
  directory: string,
  precision: Precision,
): Promise<EncoderVariant> {
  let fault: ClipwrightError | undefined;
  const variants = await findVariants(directory, (error) => {
    fault ??= error;
  });
  const found = variants.find((each) => each.precision === precision);
  if (found) return found;
  throw fault ?? new ClipwrightError('ENCODER_FILE_MISSING', `there are no towers in ${precision}`);
}

/**
 * Puts what was downloaded beside the files of an encoder that is there. They come one by one, but count only as a pair: an
 * attempt that ends in between leaves the encoder as it was.
 * @throws ENCODER_FILE_INVALID, ENCODER_UNSUPPORTED
 */
export async function addPrecision(
  { destination, precision }: { destination: string; precision: Precision },
  { files, parts }: { files: readonly HubFile[]; parts: DownloadParts },
  context: JobContext,
  requireRunning: (encoder: EncoderDescription) => Promise<void>,
): Promise<void> {
  const assembled = await parts.assemble(files);
  await context.progress({ progress: 1, message: 'checking what was downloaded' });
  try {
    await copyShared(destination, assembled);
    const variant = await requirePrecision(assembled, precision);
    const fp32 = await describeEncoder(destination);
    const directory = await realpath(assembled);
    await requireRunning({ ...inVariant(fp32, variant), directory });
  } catch (error) {
    if (isFaultOfFiles(error)) await context.fenced(() => parts.remove());
    throw error;
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

/** So that the towers can be tried before they are beside FP32's. */
async function copyShared(from: string, to: string): Promise<void> {
  const files = await EncoderFiles.open(from);
  const { config, preprocessor, tokenizer, tokenizerConfig } = ENCODER_FILES;
  for (const name of [config, preprocessor, tokenizer, tokenizerConfig]) {
    if ((await files.size(name)) !== null) await copyFile(files.path(name), path.join(to, name));
  }
}
