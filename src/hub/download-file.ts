import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';
import type { HubAnswer, HubClient } from './hub-client.js';
import { RateLimited, unreachable } from './hub-errors.js';
import { type HubFile, isContentOf } from './hub-file.js';
import { LEAST_BYTES } from './pace.js';

/** In a row, with next to nothing in between. */
const MAX_FAILURES = 4;

export interface FileDownload {
  /** Of the file on the hub. */
  readonly url: URL;
  readonly file: HubFile;
  /** Where it is written. What lies there is the beginning of this very file: the path has its hash in it. */
  readonly partPath: string;
  readonly signal: AbortSignal;
  /** Hears what came, and below zero what has to come again. */
  onBytes(count: number): void;
}

/**
 * Downloads a file and verifies it. What is there already is not fetched again; what breaks off is taken up where it broke,
 * a few times here, and by whoever calls again.
 *
 * Two that write at once (a worker that was thought dead, and its successor) write the same bytes at the same places.
 * @throws ENCODER_DOWNLOAD_CORRUPT, after which the next call begins anew; DISK_FULL; as `HubClient.get`
 */
export async function downloadFile(client: HubClient, download: FileDownload): Promise<void> {
  const { file, partPath, signal } = download;
  for (let failures = 0; ; ) {
    let had = await sizeOf(partPath);
    if (had === file.size) break;
    if (had !== undefined && had > file.size) {
      await discard(download, had);
      had = undefined;
    }
    try {
      await fetchRest(client, download, had ?? 0);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ClipwrightError) || !error.retryable) throw error;
      if (error.code === 'ENCODER_DOWNLOAD_CORRUPT') throw error;
      const gained = ((await sizeOf(partPath)) ?? 0) - (had ?? 0);
      failures = gained >= LEAST_BYTES ? 1 : failures + 1;
      if (failures >= MAX_FAILURES) throw error;
      const wait = error instanceof RateLimited ? error.retryAfterMs : client.times.retryMs;
      await sleep(wait, undefined, { signal });
    }
  }
  if (await isContentOf(file, partPath, signal)) return;
  await discard(download, file.size);
  throw corrupt(file.path, 'its content is not what the hub says it is');
}

async function fetchRest(client: HubClient, download: FileDownload, had: number): Promise<void> {
  const { url, file, partPath, signal, onBytes } = download;
  const etag = had > 0 ? await readFile(`${partPath}.etag`, 'utf8').catch(() => undefined) : '';
  const headers = {
    ...(had > 0 && { range: `bytes=${had}-` }),
    ...(etag && { 'if-range': etag }),
  };
  const answer = await client.get(url, { what: file.path, signal, headers });
  const start = startOf(answer, file, had);
  onBytes(start - had);
  // Neither emptied nor made anew: see above. Never longer than the file is.
  const part = await open(partPath, constants.O_WRONLY | constants.O_CREAT, 0o600);
  try {
    if (start === 0) await keepEtag(partPath, answer.headers.get('etag'));
    let at = start;
    for await (const chunk of answer.body()) {
      if (chunk.length > file.size - at) throw corrupt(file.path, 'it is longer than the hub says');
      await writeAt(part, chunk, at);
      at += chunk.length;
      onBytes(chunk.length);
    }
    if (at < file.size) throw unreachable(answer.host, 'it ended in the middle');
    await part.sync();
  } catch (error) {
    throw orDiskFull(error);
  } finally {
    await part.close();
  }
}

/** From where on the answer has the file: a peer that ignores ranges, or has another file by now, begins anew. */
function startOf({ status, headers, host }: HubAnswer, { size }: HubFile, had: number): number {
  if (status !== 206) return 0;
  const [, first, total] =
    /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (Number(first) === had && Number(total) === size) return had;
  throw unreachable(host, 'it gave another part of the file than was asked for');
}

/** A weak one says nothing about bytes. */
async function keepEtag(partPath: string, etag: string | null): Promise<void> {
  if (etag?.startsWith('"')) await writeFile(`${partPath}.etag`, etag);
  else await rm(`${partPath}.etag`, { force: true });
}

async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

async function discard({ partPath, onBytes }: FileDownload, bytes: number): Promise<void> {
  await Promise.all([partPath, `${partPath}.etag`].map((path) => rm(path, { force: true })));
  onBytes(-bytes);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

function corrupt(path: string, why: string): ClipwrightError {
  return new ClipwrightError('ENCODER_DOWNLOAD_CORRUPT', `${path} did not arrive whole: ${why}.`);
}
