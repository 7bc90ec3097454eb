import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db/database.js';
import {
  deleteExpiredUploads,
  deleteOldUploads,
  deleteUnusedUpload,
  insertUpload,
  knownUploads,
  lockUploadTotals,
  markReceived,
  type UploadRow,
  uploadById,
} from '../db/uploads.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { orDiskFull } from '../errors/disk-full.js';
import { syncDirectory } from '../storage/sync-directory.js';
import type { Deletion } from './delete-run.js';
import { type FreeBytes, freeBytes, requireRoom } from './disk-room.js';
import { isId, parseId } from './parse-id.js';
import { FIXED_TOKEN_ID, usableTokens } from './tokens.js';

const HOUR_MS = 3_600_000;
/** A PUT must have begun by then. */
const BEGIN_MS = HOUR_MS;
const KEPT_HOURS = 24;
const MAX_UPLOADS_OF_TOKEN = 100;
const MAX_UPLOADS = 1000;
const MAX_FILENAME = 255;

export interface UploadsDeps {
  db: Database;
  /** made by whoever opens this */
  directory: string;
  maxBytes: number;
  freeBytes?: FreeBytes;
}

/**
 * Files that clients send: announced, then received by one PUT, then imported or predicted from, then removed after a day
 * at the latest. States: announced → received. An interrupted PUT leaves nothing, and may be tried again.
 *
 * A file lies under its upload's id; what a client calls it is for messages only.
 */
export class Uploads {
  /** by upload, the PUT that came last */
  readonly #receiving = new Map<string, { later: AbortController; ended: Promise<void> }>();

  private constructor(private readonly deps: UploadsDeps) {}

  static async open(deps: UploadsDeps): Promise<Uploads> {
    await mkdir(deps.directory, { recursive: true, mode: 0o700 });
    return new Uploads(deps);
  }

  /** @throws BAD_USER_INPUT, PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS, DISK_FULL */
  async create(input: {
    filename: string;
    sizeBytes: number;
    /** who announces it */
    tokenId: string;
  }): Promise<{ id: string; expiresAt: Date }> {
    const { db, directory, maxBytes } = this.deps;
    const { filename, sizeBytes } = input;
    if (filename.trim() === '' || filename.length > MAX_FILENAME || /\p{C}/u.test(filename)) {
      throw badUserInput(`expected 1 to ${MAX_FILENAME} visible characters for \`filename\``);
    }
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) {
      throw badUserInput(
        `expected a whole number of at least 1 for \`sizeBytes\` but received ${sizeBytes}`,
      );
    }
    if (sizeBytes > maxBytes) {
      throw new ClipwrightError(
        'PAYLOAD_TOO_LARGE',
        `expected at most ${maxBytes} bytes for \`sizeBytes\` but received ${sizeBytes}: upload it in parts, or raise CLIPWRIGHT_MAX_UPLOAD_BYTES`,
      );
    }
    await deleteExpiredUploads(db, BEGIN_MS, [...this.#receiving.keys()]);
    const tokenId = input.tokenId === FIXED_TOKEN_ID ? null : input.tokenId;
    const row = await db.transaction(async (tx) => {
      const { count, ofToken, toCome } = await lockUploadTotals(tx, tokenId);
      if (ofToken >= MAX_UPLOADS_OF_TOKEN || count >= MAX_UPLOADS) {
        const whose =
          ofToken >= MAX_UPLOADS_OF_TOKEN ? `Your token has ${ofToken}` : `There are ${count}`;
        throw new ClipwrightError(
          'TOO_MANY_REQUESTS',
          `${whose} uploads already: import them, or remove some by deleteUpload. They go a day after they were made.`,
        );
      }
      await requireRoom(this.deps.freeBytes ?? freeBytes, directory, toCome + sizeBytes);
      return insertUpload(tx, { filename, sizeBytes, tokenId });
    });
    return { id: row.id, expiresAt: new Date(row.createdAt.getTime() + BEGIN_MS) };
  }

  /**
   * Whether a PUT may begin.
   * @throws NOT_FOUND, CONFLICT where it has been received, FORBIDDEN after an hour and where its token is not valid any more
   */
  async expected(id: string): Promise<UploadRow> {
    const row = isId(id) ? await uploadById(this.deps.db, id) : undefined;
    if (!row)
      throw new ClipwrightError('NOT_FOUND', 'There is no upload with this id, or not any more.');
    if (row.receivedAt) throw conflict('has been received already');
    if (row.ageMs > BEGIN_MS) {
      throw new ClipwrightError(
        'FORBIDDEN',
        'The address of the upload has expired: ask for a new one.',
      );
    }
    const tokenId = row.tokenId ?? FIXED_TOKEN_ID;
    if (!(await usableTokens(this.deps, [tokenId])).has(tokenId)) {
      throw new ClipwrightError(
        'FORBIDDEN',
        'The token that announced the upload has expired or was revoked: announce it again by another.',
      );
    }
    return row;
  }

  /**
   * Stores what comes; it is there, synced, before the row says so. Of several at once for one upload the last one counts:
   * a client that lost its connection sends again before we know that the first is gone.
   * @throws as `expected`, CONFLICT where another came after it, BAD_USER_INPUT where it is not as long as was said,
   *   DISK_FULL
   */
  async receive(id: string, body: Readable): Promise<void> {
    const earlier = this.#receiving.get(id);
    const later = new AbortController();
    earlier?.later.abort();
    const ended = Promise.allSettled([earlier?.ended]).then(() =>
      this.#receive(id, body, later.signal),
    );
    const mine = { later, ended };
    this.#receiving.set(id, mine);
    try {
      await ended;
    } finally {
      if (this.#receiving.get(id) === mine) this.#receiving.delete(id);
    }
  }

  async #receive(id: string, body: Readable, later: AbortSignal): Promise<void> {
    const { db, directory } = this.deps;
    const row = await this.expected(id);
    const part = join(directory, `${row.id}.${randomUUID()}.part`);
    try {
      await pipeline(
        body,
        (chunks: AsyncIterable<Buffer>) => exactly(chunks, row.sizeBytes),
        createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }),
        { signal: later },
      );
      await rename(part, this.#path(row.id));
      await syncDirectory(directory);
    } catch (error) {
      throw later.aborted ? conflict('was begun anew by a later request') : orDiskFull(error);
    } finally {
      await rm(part, { force: true });
    }
    if (!(await markReceived(db, row.id))) throw conflict('has been received already');
  }

  /** Where the bytes of a received upload lie. @throws BAD_USER_INPUT naming the argument */
  async path(id: string, argument: string): Promise<string> {
    const row = isId(id) ? await uploadById(this.deps.db, id) : undefined;
    if (!row) {
      throw badUserInput(
        `There is no upload with this id for \`${argument}\`, or not any more: they go after a day, and when they were imported.`,
      );
    }
    if (!row.receivedAt) {
      throw badUserInput(
        `The upload of \`${argument}\` has not been received: PUT its bytes to its url first.`,
      );
    }
    return this.#path(row.id);
  }

  /** After its import, whose end took its row. */
  async removeFiles(id: string): Promise<void> {
    await this.#removeFiles((of) => of === id);
  }

  /**
   * Gives up an upload that nobody will import.
   * @throws NOT_FOUND, CONFLICT while an import waits for it or works on it
   */
  async discard(id: string): Promise<Deletion> {
    const checked = parseId(id, 'upload');
    const found = await this.deps.db.transaction((tx) => deleteUnusedUpload(tx, checked));
    if (found === 'absent')
      throw new ClipwrightError('NOT_FOUND', 'There is no upload with this id.');
    if (found === 'used') {
      throw new ClipwrightError(
        'CONFLICT',
        'An import needs the upload: wait for its end, when the upload goes, or cancel it first.',
      );
    }
    this.#receiving.get(checked)?.later.abort();
    return { id: checked, freedBytes: await this.#removeFiles((of) => of === checked) };
  }

  /** Removes what nobody has used for a day, and what a process that was killed did not finish writing. */
  async sweep(): Promise<void> {
    const old = new Set(await deleteOldUploads(this.deps.db, KEPT_HOURS));
    const ids = [...new Set((await readdir(this.deps.directory)).map(idOf))].filter(
      (id) => id !== null,
    );
    const known = await knownUploads(this.deps.db, ids);
    await this.#removeFiles((id) => old.has(id));
    // Those that a crash left without a row.
    await this.#removeFiles((id) => !known.has(id), KEPT_HOURS * HOUR_MS);
    // Who is at work on one writes to it all the time.
    await this.#removeFiles((_id, name) => isUnfinished(name), HOUR_MS);
  }

  /** @returns the bytes that they had */
  async #removeFiles(
    unwanted: (id: string, name: string) => boolean,
    olderThanMs = 0,
  ): Promise<number> {
    let bytes = 0;
    for (const name of await readdir(this.deps.directory)) {
      const id = idOf(name);
      if (id === null || !unwanted(id, name)) continue;
      const path = join(this.deps.directory, name);
      const found = await stat(path).catch(() => undefined);
      if (!found || Date.now() - found.mtimeMs < olderThanMs) continue;
      await rm(path, { force: true });
      bytes += found.size;
    }
    return bytes;
  }

  #path(id: string): string {
    return join(this.deps.directory, id);
  }
}

function conflict(why: string): ClipwrightError {
  return new ClipwrightError('CONFLICT', `This upload ${why}.`);
}

function idOf(name: string): string | null {
  const id = name.slice(0, 36);
  return isId(id) ? id : null;
}

/** What is being received or unpacked is called `<upload>.<another id>.…` until it is whole. */
function isUnfinished(name: string): boolean {
  return name[36] === '.' && isId(name.slice(37, 73));
}

async function* exactly(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const chunk of chunks) {
    received += chunk.length;
    if (received > bytes) break;
    yield chunk;
  }
  if (received === bytes) return;
  const what = received > bytes ? 'more' : String(received);
  throw badUserInput(`expected ${bytes} bytes, as \`sizeBytes\` said, but received ${what}`);
}
