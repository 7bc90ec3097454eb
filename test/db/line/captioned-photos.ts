import { expect } from 'vitest';
import { makePng } from '../../support/png.js';
import type { DataLine } from './data-line.js';

/** Imports `n` samples from number `from` on, every fifth without a caption. @returns the version's id; no worker is left */
export async function captionedPhotos(
  line: DataLine,
  name: string,
  n: number,
  from = 0,
): Promise<string> {
  const rows = Array.from({ length: n }, (_, i) => from + i);
  await line.write(name, {
    'table.csv': `image,labels,caption\n${rows
      .map((i) => `${i}.png,1,${i % 5 === 0 ? '' : `caption ${i}`}`)
      .join('\n')}\n`,
    ...Object.fromEntries(rows.map((i) => [`images/${i}.png`, makePng(i)])),
  });
  await line.worker();
  const job = await line.import(name, name);
  await line.stopWorkers();
  expect(job.status).toBe('SUCCEEDED');
  return job.versionId!;
}
