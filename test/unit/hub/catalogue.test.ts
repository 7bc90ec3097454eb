import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue } from '../../../src/hub/catalogue.js';
import { catalogued } from '../../support/hub/catalogued.js';

const OURS = path.resolve(import.meta.dirname, '../../../models/catalogue.json');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-catalogue-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(content: unknown): Promise<string> {
  const file = path.join(folder, `${Math.random()}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('readCatalogue', () => {
  it('knows the encoders that people use', async () => {
    const catalogue = await readCatalogue(OURS, undefined);
    expect(catalogue.get('Xenova/clip-vit-large-patch14-336')).toMatchObject({
      family: 'CLIP',
      license: 'MIT',
      dimension: 768,
      imageSize: 336,
    });
    expect(
      catalogue.get('onnx-community/CLIP-ViT-B-32-laion2B-s34B-b79K-ONNX')?.files,
    ).toMatchObject({
      FP32: ['onnx/model.onnx'],
    });
    expect(catalogue.size).toBeGreaterThanOrEqual(6);
  });

  it("adds the user's entries, which replace the program's for the same repository", async () => {
    const pinned = { ...catalogued('Xenova/clip-vit-base-patch32'), revision: 'f'.repeat(40) };
    const users = await written({ encoders: [pinned, catalogued('someone/own-clip')] });
    const catalogue = await readCatalogue(OURS, users);
    expect(catalogue.get('Xenova/clip-vit-base-patch32')?.revision).toBe('f'.repeat(40));
    expect(catalogue.has('someone/own-clip')).toBe(true);
    expect(catalogue.has('Xenova/clip-vit-base-patch16')).toBe(true);
  });

  const entry = catalogued('a/b');
  const withFile = (name: string) => ({
    ...entry,
    files: { ...entry.files, shared: [...entry.files.shared, name] },
  });
  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['no list', {}, 'encoders'],
    ['an unknown property', { encoders: [{ ...entry, sha: 'x' }] }, 'sha'],
    ['a repository that climbs', { encoders: [{ ...entry, repository: '../b' }] }, 'owner/name'],
    ['one of more parts', { encoders: [{ ...entry, repository: 'a/b/c' }] }, 'owner/name'],
    ['a taken owner', { encoders: [{ ...entry, repository: 'local/b' }] }, 'are taken'],
    ['a revision with a slash', { encoders: [{ ...entry, revision: 'a/../b' }] }, 'a commit'],
    ['a file that climbs', { encoders: [withFile('onnx/../../x')] }, 'expected a path'],
    ['an absolute file', { encoders: [withFile('/etc/passwd')] }, 'expected a path'],
    ['a hidden file', { encoders: [withFile('.env')] }, 'expected a path'],
    ['one of another system', { encoders: [withFile('onnx\\x')] }, 'expected a path'],
    [
      'no towers',
      { encoders: [{ ...entry, files: { ...entry.files, FP32: ['a.onnx'] } }] },
      'onnx/vision_model.onnx',
    ],
    [
      'another precision of one graph',
      { encoders: [{ ...entry, files: { ...entry.files, FP32: ['onnx/model.onnx'] } }] },
      'no other precision',
    ],
    [
      'a repository twice, in any case',
      { encoders: [entry, { ...entry, repository: 'A/b' }] },
      'every repository once',
    ],
  ])('refuses %s, and says where and why', async (_, content, reason) => {
    const file = await written(content);
    await expect(readCatalogue(OURS, file)).rejects.toMatchObject({
      code: 'INVALID_SETTING',
      message: expect.stringContaining(reason),
    });
    await expect(readCatalogue(OURS, file)).rejects.toThrow(file);
  });

  it('refuses a file that is not there', async () => {
    const absent = path.join(folder, 'absent.json');
    await expect(readCatalogue(OURS, absent)).rejects.toMatchObject({ code: 'INVALID_SETTING' });
  });
});
