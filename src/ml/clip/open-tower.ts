import { resolve } from 'node:path';
import { shortenModel } from '../onnx/shorten/shorten-model.js';
import type { SessionOptions } from '../runtime/open-inner.js';
import type { EncoderDescription } from './encoder-description.js';
import { lowestCosine } from './lowest-cosine.js';
import { type ExpectedTower, Tower } from './tower.js';

export interface TowerToOpen
  extends Pick<EncoderDescription, 'directory' | 'dimension' | 'withTokens'> {
  /** Below the encoder's folder, or absolute; its name in messages. */
  readonly file: string;
  readonly expected: ExpectedTower;
}

/** A row of another token, or of another item, is far below. */
const LEAST_COSINE = 0.999;

/**
 * A tower without what its embedding does not need of its last block, where it can be had and gives the same embeddings, else as
 * it was exported; that too where tokens are wanted, of which all states are needed. Which it is depends on the file, and on whether the device opens both: workers on one kind of machine have the same.
 * @param embed L2-normalised rows `[…, dimension]` of a few samples
 */
export async function openTower(
  { directory, file, expected, dimension, withTokens }: TowerToOpen,
  options: SessionOptions,
  embed: (tower: Tower) => Promise<Float32Array>,
): Promise<Tower> {
  const path = resolve(directory, file);
  const open = (model: Uint8Array | string, more?: Partial<SessionOptions>) =>
    Tower.open(model, file, expected, dimension, { ...options, ...more });
  const openShort = async () => {
    const models = await shortenModel(path, expected.outputs);
    if (!models) return null;
    const { whole, short } = models;
    const once = { device: 'cpu', weightsFolder: whole.folder, isForOnce: true } as const;
    const wanted = await closing(await open(whole.graph, once), embed);
    const tower = await open(short.graph, { weightsFolder: short.folder });
    const found = await embed(tower).catch(() => null);
    if (found && lowestCosine(wanted, found, dimension) >= LEAST_COSINE) return tower;
    await tower.close();
    return null;
  };
  // Whatever is wrong with the file: as it is, it says that better.
  const short = withTokens ? null : await openShort().catch(() => null);
  return short ?? (await open(path));
}

async function closing<T>(tower: Tower, use: (tower: Tower) => Promise<T>): Promise<T> {
  try {
    return await use(tower);
  } finally {
    await tower.close();
  }
}
