import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFloat32Rows } from '../../../../src/ml/data/float32-rows.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'clipwright-rows-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a file of float32 rows', () => {
  it('comes back whole and in order, in whole rows, though it takes several reads', async () => {
    const [samples, numLabels] = [700, 7001]; // 19.6 MB; a read takes 16.8 MB, no multiple of a row
    const written = new Float32Array(samples * numLabels).map((_, at) => at % 65_537);
    const file = path.join(directory, 'rows.f32');
    await writeFile(file, new Uint8Array(written.buffer));
    let at = 0;
    let reads = 0;
    for await (const rows of readFloat32Rows(file, { samples, numLabels })) {
      expect(rows.length % numLabels).toBe(0);
      const expected = written.subarray(at, at + rows.length);
      expect(Buffer.compare(bytesOf(rows), bytesOf(expected))).toBe(0);
      at += rows.length;
      reads++;
    }
    expect(at).toBe(written.length);
    expect(reads).toBe(2);
  });

  it('of another size than its numbers say is refused', async () => {
    const file = path.join(directory, 'short.f32');
    await writeFile(file, new Uint8Array(23));
    const reading = readFloat32Rows(file, { samples: 2, numLabels: 3 }).next();
    await expect(reading).rejects.toThrow('has 23 bytes where 24 belong');
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
