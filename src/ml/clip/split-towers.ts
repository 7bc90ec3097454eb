import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { splitModel } from '../onnx/split-model.js';
import { checkTower } from './describe-encoder.js';
import { COMBINED_FILES, ENCODER_FILES } from './encoder-description.js';
import { EncoderFiles } from './encoder-files.js';

/**
 * Makes the two towers of a folder in which both are in one graph, as Optimum exports them unless it is told otherwise. A folder
 * with towers stays as it is. The same graph gives the same bytes.
 * @throws ENCODER_FILE_INVALID, ENCODER_UNSUPPORTED
 */
export async function splitTowers(directory: string, signal?: AbortSignal): Promise<void> {
  const files = await EncoderFiles.open(directory);
  const combined = await findCombined(files);
  if (combined === null) return;
  await checkTower(files, combined);
  const [vision, text] = [files.path(ENCODER_FILES.vision), files.path(ENCODER_FILES.text)];
  await mkdir(dirname(vision), { recursive: true, mode: 0o700 });
  await splitModel(files.path(combined), vision, 'image_embeds', signal);
  try {
    await splitModel(files.path(combined), text, 'text_embeds', signal);
  } catch (error) {
    // A folder with one tower would not be taken apart again.
    await rm(vision, { force: true });
    throw error;
  }
}

/** What towers were made of. */
export async function removeCombined(directory: string): Promise<void> {
  for (const name of COMBINED_FILES.flatMap((file) => [file, `${file}_data`])) {
    await rm(join(directory, name), { force: true });
  }
}

async function findCombined(files: EncoderFiles): Promise<string | null> {
  for (const tower of [ENCODER_FILES.vision, ENCODER_FILES.text]) {
    if ((await files.size(tower)) !== null) return null;
  }
  for (const name of COMBINED_FILES) {
    if ((await files.size(name)) !== null) return name;
  }
  return null;
}
