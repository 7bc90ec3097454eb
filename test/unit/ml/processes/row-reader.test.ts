import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RowReader } from '../../../../src/ml/processes/row-reader.js';

const ROWS = 300;
let directory: string;
let file: string;
let reader: RowReader;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'clipwright-rows-'));
  file = path.join(directory, 'rows');
  // Two sections of rows of two bytes: section and row, modulo 256.
  const bytes = Uint8Array.from({ length: 4 * ROWS }, (_, at) => {
    const section = at < 2 * ROWS ? 0 : 1;
    return at % 2 === 0 ? section : (at >> 1) % ROWS;
  });
  await writeFile(file, bytes);
  reader = new RowReader({
    path: file,
    sections: [
      { start: 0, rowBytes: 2 },
      { start: 2 * ROWS, rowBytes: 2 },
    ],
  });
});
afterEach(async () => {
  await reader.close();
  await rm(directory, { recursive: true, force: true });
});

describe('the reader of rows', () => {
  it('answers questions in their order, the sections of a row side by side, in the memory that it is given where that is large enough', async () => {
    const first = await reader.read(Int32Array.of(7, 2, 299));
    expect([...first]).toEqual([0, 7, 1, 7, 0, 2, 1, 2, 0, 43, 1, 43]);
    const answers = await Promise.all([
      reader.read(Int32Array.of(5), first),
      reader.read(Int32Array.of(1, 1, 1, 0)),
    ]);
    expect([...answers[0]!]).toEqual([0, 5, 1, 5]);
    expect(answers[0]!.buffer.byteLength).toBe(12);
    expect([...answers[1]!]).toEqual([0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0]);
    expect(first.length).toBe(0);
  });

  it('reads sections of rows of other lengths', async () => {
    const sections = [
      { start: 2 * ROWS, rowBytes: 4 },
      { start: 0, rowBytes: 2 },
    ];
    const uneven = new RowReader({ path: file, sections });
    expect([...(await uneven.read(Int32Array.of(3, 0)))]).toEqual([
      ...[1, 6, 1, 7, 0, 3],
      ...[1, 0, 1, 1, 0, 0],
    ]);
    await uneven.close();
  });

  it('says so where the file ends early, and goes on', async () => {
    await reader.read(Int32Array.of(0));
    await truncate(file, 2 * ROWS + 5);
    await expect(reader.read(Int32Array.of(2))).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    expect([...(await reader.read(Int32Array.of(1)))]).toEqual([0, 1, 1, 1]);
  });

  it('leaves no question open when it is closed', async () => {
    const asked = reader.read(Int32Array.of(1));
    const settled = asked.then(
      () => 'answered',
      () => 'refused',
    );
    await reader.close();
    expect(['answered', 'refused']).toContain(await settled);
    await expect(reader.read(Int32Array.of(1))).rejects.toThrow('the reader of rows has ended');
  });

  it('fails every question where the file is not there', async () => {
    const missing = new RowReader({
      path: path.join(directory, 'none'),
      sections: [{ start: 0, rowBytes: 2 }],
    });
    await expect(missing.read(Int32Array.of(0))).rejects.toThrow('ENOENT');
    await missing.close();
  });
});
