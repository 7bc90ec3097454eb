import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Sql } from '../db/sql.js';
import { settingOrInsert } from '../db/tokens.queries.js';

const KEY_SETTING = 'url-signing-key';
/** Expiries are rounded up to this, so that a page asked for twice carries the same URLs and browsers keep the files. */
const STEP_SECONDS = 3600;
const LIFETIME_SECONDS = 6 * 3600;

/**
 * Relative URLs that work for a while without a token, for `<img>` and downloads. The signature covers the whole path,
 * so a URL for one file opens no other; the key lies in the database, so every server accepts the others' URLs.
 */
export class SignedUrls {
  readonly #key: Buffer;

  constructor(
    key: Buffer,
    private readonly now: () => number = Date.now,
  ) {
    this.#key = key;
  }

  static async load(sql: Sql): Promise<SignedUrls> {
    return new SignedUrls(await settingOrInsert(sql, KEY_SETTING, () => randomBytes(32)));
  }

  /** @param path one of ours, such as `/files/images/<sha256>` */
  sign(path: string): string {
    const seconds = Math.floor(this.now() / 1000) + LIFETIME_SECONDS;
    const expires = Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS;
    return `${path}?e=${expires}&s=${this.#signature(path, expires)}`;
  }

  /** Whether the signature is ours and has not expired; says how many seconds are left. */
  verify(path: string, expires: unknown, signature: unknown): number | null {
    if (typeof expires !== 'string' || typeof signature !== 'string') return null;
    if (!/^\d{1,12}$/.test(expires)) return null;
    const given = Buffer.from(signature);
    const expected = Buffer.from(this.#signature(path, Number(expires)));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const left = Number(expires) - Math.floor(this.now() / 1000);
    return left > 0 ? left : null;
  }

  #signature(path: string, expires: number): string {
    return createHmac('sha256', this.#key).update(`${path}\n${expires}`).digest('base64url');
  }
}
