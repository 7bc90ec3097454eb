import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { EncoderDescription } from '../ml/clip/encoder-description.js';
import {
  describeVariant,
  filesOfTowers,
  inVariant,
  towerPairs,
} from '../ml/clip/encoder-variant.js';
import { isFaultOfFiles } from './require-running.js';

/**
 * Tries what an encoder's folder has in other precisions than FP32, one pair of towers after the other, and removes those
 * that do not embed from it, which must be a copy of the caller's own: exports often bring an INT8 that no CPU opens, which is then made here.
 * @returns what was wrong with each pair, by its file
 */
export async function dropBrokenPrecisions(
  fp32: EncoderDescription,
  requireRunning: (encoder: EncoderDescription) => Promise<void>,
): Promise<string[]> {
  const { directory } = fp32;
  const problems: string[] = [];
  for (const pair of await towerPairs(directory)) {
    try {
      await requireRunning(inVariant(fp32, await describeVariant(directory, pair)));
    } catch (error) {
      if (!isFaultOfFiles(error)) throw error;
      problems.push((error as Error).message);
      for (const name of filesOfTowers(pair.towers)) {
        await rm(path.join(directory, name), { force: true });
      }
    }
  }
  return problems;
}
