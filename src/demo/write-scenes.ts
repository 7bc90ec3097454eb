import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { generateScene, SCENE_LABELS } from './scenes.js';

/**
 * Draws scenes into a folder that `importDataset` reads: `images/*.jpg`, `samples.csv`, `labels.csv`. The folder appears
 * whole or not at all, and the same seed and count give the same bytes.
 * @param seed of the whole set; scene i draws from (seed, i)
 */
export async function writeScenes(
  folder: string,
  options: { count: number; seed: number; onProgress?: (done: number) => void },
): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(path.join(unfinished, 'images'), { recursive: true });
  const rows = ['image,labels,caption'];
  for (let index = 0; index < options.count; index++) {
    const scene = generateScene(options.seed, index);
    const file = `${scene.key}.jpg`;
    const jpeg = await sharp(Buffer.from(scene.svg)).jpeg({ quality: 85 }).toBuffer();
    await writeFile(path.join(unfinished, 'images', file), jpeg);
    rows.push(`${file},${scene.labels.join(' ')},"${scene.caption.replaceAll('"', '""')}"`);
    options.onProgress?.(index + 1);
  }
  const labels = ['id,name', ...SCENE_LABELS.map(({ id, name }) => `${id},${name}`)];
  await writeFile(path.join(unfinished, 'samples.csv'), `${rows.join('\n')}\n`);
  await writeFile(path.join(unfinished, 'labels.csv'), `${labels.join('\n')}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}
