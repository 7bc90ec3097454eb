import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadFile } from '../../../src/hub/download-file.js';
import { HubClient } from '../../../src/hub/hub-client.js';
import { retryAfterMs } from '../../../src/hub/hub-errors.js';
import type { HubFile } from '../../../src/hub/hub-file.js';
import { listFiles } from '../../../src/hub/list-files.js';
import {
  dropAfter,
  giveByRange,
  giveWhole,
  LocalHub,
  silentAfter,
  status,
} from '../../support/hub/local-hub.js';

const BIG = 'onnx/model.onnx';
const CONTENT = randomBytes(700_000);
const WHERE = { repository: 'someone/tiny', revision: 'main' };

let hub: LocalHub;
let folder: string;
let part: string;
let received: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipwright-part-'));
  part = path.join(folder, 'part');
  received = 0;
  hub = await LocalHub.start(WHERE.repository, {
    [BIG]: CONTENT,
    'config.json': Buffer.from('{}'),
    'empty.json': Buffer.alloc(0),
  });
});
afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true });
});

function client(settings: { token?: string; offline?: boolean; windowMs?: number } = {}) {
  const { token, offline = false, windowMs = 5000 } = settings;
  return new HubClient({ endpoint: hub.endpoint, token, offline }, { windowMs, retryMs: 5 });
}

async function listed(name: string, from = client()): Promise<HubFile> {
  return (await listFiles(from, WHERE, [name], AbortSignal.timeout(10_000)))[0]!;
}

async function download(
  name: string,
  { from = client(), signal = AbortSignal.timeout(20_000), onReceived = () => {} } = {},
): Promise<void> {
  const file = await listed(name, from);
  const url = from.url(`${WHERE.repository}/resolve/main/${name}`);
  const onBytes = (count: number) => {
    received += count;
    onReceived();
  };
  await downloadFile(from, { url, file, partPath: part, signal, onBytes });
}

const ranges = () => hub.fetched(BIG).map(({ range }) => range);

describe('a download', () => {
  it('has the bytes of the file, whether it lies in LFS, with the hub or is empty', async () => {
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
    expect(received).toBe(CONTENT.length);
    await rm(part);
    await download('config.json');
    expect(await readFile(part, 'utf8')).toBe('{}');
    await rm(part);
    await download('empty.json');
    expect(await readFile(part, 'utf8')).toBe('');
  });

  it('goes on where the peer dropped it, and asks for the rest of the same file alone', async () => {
    hub.answer(BIG, dropAfter(300_000), dropAfter(200_000));
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
    const [first, second, third] = hub.fetched(BIG);
    expect(first).toMatchObject({ range: undefined, ifRange: undefined });
    // What is in the pipe when a connection breaks may be lost.
    expect(second!.range).toMatch(/^bytes=\d+-$/);
    const etag = `"${createHash('sha256').update(CONTENT).digest('hex').slice(0, 32)}"`;
    expect([second!.ifRange, third!.ifRange]).toEqual([etag, etag]);
    expect(received).toBe(CONTENT.length);
  });

  it('goes on with what an earlier process left, and fetches nothing that is complete', async () => {
    await writeFile(part, CONTENT.subarray(0, 600_000));
    await download(BIG);
    expect(ranges()).toEqual(['bytes=600000-']);
    expect(received).toBe(100_000);
    await download(BIG);
    expect(ranges()).toHaveLength(1);
  });

  it('begins anew where a peer ignores the range, or has another file by now', async () => {
    await writeFile(part, CONTENT.subarray(0, 600_000));
    hub.answer(BIG, giveWhole);
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
    expect(received).toBe(CONTENT.length - 600_000);
    await writeFile(part, CONTENT.subarray(0, 1000));
    await writeFile(`${part}.etag`, '"of another file"');
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
  });

  it('begins anew where more lies there than the file has', async () => {
    await writeFile(part, Buffer.alloc(CONTENT.length + 1));
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
    expect(ranges()).toEqual([undefined]);
  });

  it.each([
    ['another part than was asked for', 'bytes 5-699999/700000'],
    ['a part of another file', 'bytes 600000-699999/800000'],
    ['a part that it does not name', ''],
  ])('takes no %s', async (_, range) => {
    await writeFile(part, CONTENT.subarray(0, 600_000));
    hub.answer(BIG, (_request, response) => {
      response.writeHead(206, { 'content-range': range }).end(randomBytes(100_000));
    });
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
  });

  it('keeps nothing of content with another hash, so that the next try begins anew', async () => {
    hub.answer(BIG, (_, response) => response.writeHead(200).end(randomBytes(CONTENT.length)));
    await expect(download(BIG)).rejects.toMatchObject({
      code: 'ENCODER_DOWNLOAD_CORRUPT',
      retryable: true,
      message: expect.stringContaining(BIG),
    });
    expect(await readdir(folder)).toEqual([]);
    expect(received).toBe(0);
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
  });

  it('stops at the size that the hub lists', async () => {
    hub.answer(BIG, (_, response) => response.writeHead(200).end(Buffer.alloc(5_000_000)));
    await expect(download(BIG)).rejects.toMatchObject({ code: 'ENCODER_DOWNLOAD_CORRUPT' });
    expect(received).toBeLessThanOrEqual(CONTENT.length);
  });

  it.each([0, 300_000])(
    'gives up a peer that is silent after %i bytes, and goes on with the next',
    async (bytes) => {
      const from = client({ windowMs: 400 });
      hub.answer(BIG, silentAfter(bytes));
      await download(BIG, { from });
      expect((await readFile(part)).equals(CONTENT)).toBe(true);
      // More where this process itself was kept waiting.
      expect(hub.fetched(BIG).length).toBeGreaterThanOrEqual(2);
    },
  );

  it('gives up a peer that drips', async () => {
    const from = client({ windowMs: 400 });
    const timers: NodeJS.Timeout[] = [];
    hub.answer(BIG, (_, response, content) => {
      response.writeHead(200, { 'content-length': content.length });
      let at = 0;
      const drip = setInterval(() => response.write(content.subarray(at, ++at)), 10);
      timers.push(drip);
      response.on('close', () => clearInterval(drip));
    });
    await download(BIG, { from });
    // More where this process itself was kept waiting.
    expect(hub.fetched(BIG).length).toBeGreaterThanOrEqual(2);
    timers.forEach(clearInterval);
  });

  it('ends after four failures in a row without a byte', async () => {
    hub.answer(BIG, ...Array.from({ length: 9 }, () => status(503)));
    await expect(download(BIG)).rejects.toMatchObject({
      code: 'HUB_UNREACHABLE',
      retryable: true,
      message: expect.stringContaining('503'),
    });
    expect(hub.fetched(BIG)).toHaveLength(4);
  });

  it('ends after four connections in a row that brought next to nothing', async () => {
    hub.answer(BIG, ...Array.from({ length: 9 }, () => dropAfter(1)));
    await expect(download(BIG)).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    expect(hub.fetched(BIG)).toHaveLength(4);
  });

  it('stops at once when it is told to, with what has come', async () => {
    const stop = new AbortController();
    hub.answer(BIG, silentAfter(200_000));
    const onReceived = () => {
      if (received > 0) stop.abort(new Error('cancelled'));
    };
    await expect(download(BIG, { signal: stop.signal, onReceived })).rejects.toThrow('cancelled');
    expect((await readFile(part)).length).toBeGreaterThan(0);
  });

  it('waits as long as a hub that has had too many requests says', async () => {
    hub.answer(BIG, status(429, { 'retry-after': '1' }));
    const start = Date.now();
    await download(BIG);
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  });

  it.runIf(process.platform === 'linux')('says so when the disk is full', async () => {
    await symlink('/dev/full', part);
    await expect(download(BIG)).rejects.toMatchObject({ code: 'DISK_FULL', retryable: false });
  });
});

describe('the token', () => {
  it('goes to the hub, and nowhere that it redirects to', async () => {
    await download(BIG, { from: client({ token: 'hf_secret' }) });
    const of = (host: string) =>
      hub.seen.filter((each) => each.host === host).map(({ authorization }) => authorization);
    expect(of('hub')).toEqual(['Bearer hf_secret', 'Bearer hf_secret']);
    expect(of('cdn')).toEqual([undefined]);
  });
});

describe('a hub that says no', () => {
  it.each([
    [401, { 'x-error-code': 'GatedRepo' }, 'ENCODER_GATED', 'HF_TOKEN'],
    [403, {}, 'ENCODER_GATED', 'HF_TOKEN'],
    [401, { 'x-error-code': 'RepoNotFound' }, 'ENCODER_NOT_ON_HUB', 'someone/tiny'],
    [404, { 'x-error-code': 'RevisionNotFound' }, 'ENCODER_NOT_ON_HUB', 'revision main'],
    [429, {}, 'HUB_RATE_LIMITED', 'later'],
    [500, {}, 'HUB_UNREACHABLE', '500'],
  ])('with %i and %o is %s', async (code, headers, error, says) => {
    hub.listAnswer = status(code, headers as Record<string, string>);
    await expect(listed(BIG)).rejects.toMatchObject({
      code: error,
      message: expect.stringContaining(says),
    });
  });

  it('by a CDN, as signatures run out, is asked again', async () => {
    hub.answer(BIG, status(403));
    await download(BIG);
    expect((await readFile(part)).equals(CONTENT)).toBe(true);
  });

  it('tells to wait in seconds or until a date, at most five minutes', () => {
    expect(retryAfterMs('7')).toBe(7000);
    expect(retryAfterMs('Thu, 01 Jan 2026 00:00:30 GMT', Date.UTC(2026, 0, 1))).toBe(30_000);
    expect(retryAfterMs('99999')).toBe(300_000);
    expect(retryAfterMs(null)).toBe(10_000);
    expect(retryAfterMs('soon')).toBe(10_000);
  });
});

describe('a redirect', () => {
  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://['])(
    'is not followed to %s',
    async (location) => {
      hub.answer('config.json', ...Array(4).fill(status(302, { location })));
      await expect(download('config.json')).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    },
  );

  it('is followed five times, no more', async () => {
    const around = status(307, { location: `/${WHERE.repository}/resolve/main/config.json` });
    hub.answer('config.json', around, around, giveByRange);
    await download('config.json');
    hub.answer('config.json', ...Array(24).fill(around));
    await rm(part);
    await expect(download('config.json')).rejects.toThrow('more than 5 times');
  });
});

describe('offline', () => {
  it('nobody is asked', async () => {
    const from = client({ offline: true });
    await expect(listed(BIG, from)).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(hub.seen).toEqual([]);
  });
});
