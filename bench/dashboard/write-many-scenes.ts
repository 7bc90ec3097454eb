import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeScenes } from '../../src/demo/write-scenes.js';
import { commented } from '../jpeg-comment.js';

const DRAWN = 600;

/** A folder to import with as many photos as are wanted: few are drawn, and each stands there often, as content of its own. */
export async function writeManyScenes(folder: string, count: number): Promise<void> {
  const drawn = `${folder}.drawn`;
  await writeScenes(drawn, { count: DRAWN, seed: 5 });
  await mkdir(path.join(folder, 'images'), { recursive: true });
  const [head, ...lines] = (await readFile(path.join(drawn, 'samples.csv'), 'utf8'))
    .trim()
    .split('\n');
  const rows = [head];
  for (const [place, line] of lines.entries()) {
    const [file, ...rest] = line.split(',');
    const jpeg = await readFile(path.join(drawn, 'images', file!));
    for (let number = place; number < count; number += lines.length) {
      const name = `${String(number).padStart(6, '0')}.jpg`;
      await writeFile(path.join(folder, 'images', name), commented(jpeg, number));
      rows.push([name, ...rest].join(','));
    }
  }
  await writeFile(path.join(folder, 'samples.csv'), `${rows.join('\n')}\n`);
  await writeFile(
    path.join(folder, 'labels.csv'),
    await readFile(path.join(drawn, 'labels.csv'), 'utf8'),
  );
  await rm(drawn, { recursive: true });
}
