import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from './support/api.js';
import { digestOf, seedDataset, seedModel, seedRun, seedSet } from './support/seed.js';

let api: Api;
const asked: [string, number][] = [];
let folder: string;
const file = async (name: string) => {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, name);
  return path;
};

beforeAll(async () => {
  api = await startApi({
    services: {
      imageFile: async (sha256) =>
        sha256 === digestOf('image').toString('hex')
          ? { path: await file('image.png'), contentType: 'image/png' }
          : null,
      thumbnail: async (sha256, size) => {
        asked.push([sha256, size]);
        return { path: await file(`thumb-${size}`), contentType: 'image/webp' };
      },
    },
  });
  folder = api.directory;
  const { versionId } = await seedDataset(api.db, { name: 'photos' });
  const runId = await seedRun(api.db, { versionId, setId: await seedSet(api.db, versionId) });
  await seedModel(api.db, { name: 'birds', runId });
});
afterAll(() => api.stop());

const urls = async () => {
  const { data } =
    await api.post(`{ dataset(name: "photos") { latestVersion { samples(first: 2) { nodes {
    imageUrl small: thumbnailUrl(size: 97) standard: thumbnailUrl largest: thumbnailUrl(size: 5000) } } } }
    modelVersion(ref: "birds@best") { downloadUrl sha256 sizeBytes } }`);
  return { samples: data.dataset.latestVersion.samples.nodes, model: data.modelVersion };
};

describe('signed URLs', () => {
  test('open the file, without a token, safely', async () => {
    const { samples } = await urls();
    const response = await api.raw(samples[0].imageUrl, { token: null });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('image.png');
    const header = (name: string) => response.headers.get(name);
    expect(header('content-type')).toBe('image/png');
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('content-security-policy')).toMatch(/default-src 'none'/);
    expect(header('cache-control')).toMatch(/^private, immutable, max-age=\d+$/);
  });

  test('a sample without an image has none', async () => {
    const { samples } = await urls();
    expect(samples[1]).toEqual({ imageUrl: null, small: null, standard: null, largest: null });
  });

  test('sizes are rounded up, to the largest at most', async () => {
    const { samples } = await urls();
    asked.length = 0;
    for (const name of ['small', 'standard', 'largest']) {
      expect((await api.raw(samples[0][name], { token: null })).status).toBe(200);
    }
    expect(asked.map(([, size]) => size)).toEqual([192, 192, 768]);
  });

  test.each(['signature', 'expiry', 'file', 'kind', 'size'])(
    'with another %s are refused',
    async (part) => {
      const { samples } = await urls();
      const url = new URL(samples[0].small, 'http://x');
      const { searchParams: query } = url;
      if (part === 'signature')
        query.set(
          's',
          `${query.get('s')!.slice(0, -1)}${query.get('s')!.endsWith('A') ? 'E' : 'A'}`,
        );
      if (part === 'expiry') query.set('e', String(Number(query.get('e')) + 1));
      if (part === 'file') url.pathname = url.pathname.replace(/[0-9a-f]{64}/, 'b'.repeat(64));
      if (part === 'kind') url.pathname = url.pathname.replace('thumbnails/192', 'images');
      if (part === 'size') url.pathname = url.pathname.replace('192', '768');
      expect((await api.raw(`${url.pathname}${url.search}`, { token: null })).status).toBe(403);
    },
  );

  test.each([
    '/files/images/..%2f..%2fetc%2fpasswd',
    '/files/images/%2e%2e',
    '/files/images/',
    '/files/images/abc',
    '/files/models/../head.onnx',
    '/files/images/%00',
    `/files/images/${'A'.repeat(64)}`,
    '/files/thumbnails/1/x',
    '/files/images/con',
    '/files/images/a%23b',
    '/files/models/%2e%2e%2f/head.onnx',
    '/files/thumbnails/192/..%5c..%5cx',
  ])('%s opens nothing', async (path) => {
    const response = await api.raw(`${path}?e=99999999999&s=x`);
    expect([400, 403, 404]).toContain(response.status);
  });

  test('that have expired are refused', async () => {
    expect((await api.raw(`/files/images/${'a'.repeat(64)}?e=1&s=x`)).status).toBe(403);
  });

  test('a model that is gone answers 404', async () => {
    const { model } = await urls();
    expect(model.downloadUrl).toMatch(/^\/files\/models\/[0-9a-f]{64}\/head\.onnx\?e=/);
    expect((await api.raw(model.downloadUrl, { token: null })).status).toBe(404);
  });

  test('are the same within the hour, so that browsers keep the files', async () => {
    const [first, second] = [await urls(), await urls()];
    expect(first.samples[0].imageUrl.split('?')[0]).toBe(second.samples[0].imageUrl.split('?')[0]);
  });
});
