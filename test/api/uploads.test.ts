import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken, revokeToken } from '../../src/services/tokens.js';
import { Uploads } from '../../src/services/uploads.js';
import { type Api, startApi } from './support/api.js';

let api: Api;
let uploads: Uploads;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clipwright-uploads-'));
  const uploaded = () => uploads;
  api = await startApi({
    services: {
      createUpload: (input) => uploaded().create(input),
      expectedUpload: async (id) => (await uploaded().expected(id)).sizeBytes,
      receiveUpload: (id, body) => uploaded().receive(id, body),
    },
  });
  uploads = await Uploads.open({ db: api.db, directory, maxBytes: 100 * 1024 * 1024 });
});
afterAll(async () => {
  await api.stop();
  await rm(directory, { recursive: true, force: true });
});

async function create(sizeBytes: number): Promise<{ id: string; url: string }> {
  const { data } = await api.post(
    `mutation { createUpload(filename: "photos.zip", sizeBytes: ${sizeBytes}) { id url expiresAt } }`,
  );
  return data.createUpload;
}

const put = (url: string, body: Uint8Array) =>
  api.raw(url, {
    token: null,
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/zip' },
  });

async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return body.errors[0]!.extensions.code;
}

describe('an upload', () => {
  test('is received by one PUT, larger than any other body may be', async () => {
    const bytes = Buffer.alloc(40 * 1024 * 1024, 'upload');
    const { id, url } = await create(bytes.length);
    expect((await put(url, bytes)).status).toBe(204);
    expect(bytes.equals(await readFile(join(directory, id)))).toBe(true);
    const again = await put(url, bytes);
    expect(again.status).toBe(409);
  });

  test('that announces another length is refused before it is read', async () => {
    const { url } = await create(5);
    const response = await put(url, Buffer.alloc(6));
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });

  test('to an address that is not signed, or signed for another, is refused', async () => {
    const [one, other] = [await create(5), await create(5)];
    const query = one.url.slice(one.url.indexOf('?'));
    for (const url of [`/files/uploads/${one.id}`, `/files/uploads/${other.id}${query}`]) {
      const response = await put(url, Buffer.alloc(5));
      expect(response.status).toBe(403);
      expect(await codeOf(response)).toBe('FORBIDDEN');
    }
  });

  test('whose token was revoked is refused', async () => {
    const { token, secret } = await createToken({ db: api.db }, { name: 'sender', role: 'EDITOR' });
    const { data } = await api.post(
      'mutation { createUpload(filename: "photos.zip", sizeBytes: 5) { id url } }',
      {},
      { token: secret },
    );
    await revokeToken({ db: api.db }, token.id);
    const response = await put(data.createUpload.url, Buffer.alloc(5));
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('FORBIDDEN');
  });

  test('after an hour is refused', async () => {
    const { id, url } = await create(5);
    await api.db.query(
      "update uploads set created_at = now() - interval '61 minutes' where id = $1",
      [id],
    );
    expect((await put(url, Buffer.alloc(5))).status).toBe(403);
  });

  test('that is longer than was said is refused in the middle, and nothing is wrong with the server', async () => {
    const { url } = await create(5);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.alloc(6));
        controller.close();
      },
    });
    // Without a length, as only a stream is sent.
    const response = await fetch(new URL(url, api.url), { method: 'PUT', body, duplex: 'half' });
    expect(response.status).toBe(400);
    // Whatever is logged of it comes before the log of the next request.
    await put(url, Buffer.alloc(6));
    expect(api.logged()).not.toContain('"level":50');
  });

  test('that breaks off leaves nothing and may be sent again', async () => {
    const { id, url } = await create(10);
    await new Promise<void>((resolve) => {
      const sending = request(new URL(url, api.url), {
        method: 'PUT',
        headers: { 'content-length': 10 },
      });
      sending.on('error', () => resolve());
      sending.write(Buffer.alloc(4));
      setTimeout(() => sending.destroy(new Error('gone')), 50);
    });
    const response = await put(url, Buffer.alloc(10));
    expect(response.status).toBe(204);
    expect((await readFile(join(directory, id))).length).toBe(10);
  });
});
