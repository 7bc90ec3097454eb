/**
 * Renders scenes of the demo's generator for training: SHORT-side-96 WebP files and samples.jsonl, the form of photos-96px.
 * usage: npx tsx tools/clip-mini/render-scenes.ts FOLDER COUNT [SEED]
 * Never with the demo's own seed: its scenes must be new to clip-mini.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { DEMO_SEED, generateScenes } from '../../src/demo/scenes.js';

const [folder, count = '4000', seed = '77'] = process.argv.slice(2);
if (folder === undefined || Number(seed) === DEMO_SEED)
  throw new Error(`usage: render-scenes.ts FOLDER COUNT [SEED other than ${DEMO_SEED}]`);
mkdirSync(join(folder, 'images'), { recursive: true });
const rows: string[] = [];
for (const scene of generateScenes(Number(seed), Number(count))) {
  const full = await sharp(Buffer.from(scene.svg)).flatten().jpeg({ quality: 85 }).toBuffer();
  const scale = 96 / Math.min(scene.width, scene.height);
  const small = await sharp(full)
    .resize(Math.round(scene.width * scale), Math.round(scene.height * scale))
    .webp({ quality: 80 })
    .toBuffer();
  writeFileSync(join(folder, 'images', `${scene.key}.webp`), small);
  if (rows.length < 64) writeFileSync(join(folder, `${scene.key}.jpg`), full);
  rows.push(
    JSON.stringify({
      file: `${scene.key}.webp`,
      labels: scene.labels.map(Number),
      caption: scene.caption,
    }),
  );
}
writeFileSync(join(folder, 'samples.jsonl'), `${rows.join('\n')}\n`);
