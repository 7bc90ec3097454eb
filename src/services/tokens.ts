import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Ordinary } from '../db/database.js';
import type { Role } from '../db/enums.js';
import type { Sql } from '../db/sql.js';
import {
  countUsableAdminTokens,
  insertToken,
  liveTokenIds,
  revokeTokenRow,
  type TokenRow,
  tokenByHash,
  touchToken,
} from '../db/tokens.queries.js';
import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import { writeWhole } from '../storage/write-whole.js';
import { isId } from './parse-id.js';

/** The id of CLIPWRIGHT_TOKEN, which has no row. */
export const FIXED_TOKEN_ID = 'env';

/** `cw_` and 256 random bits. */
const SECRET = /^cw_[A-Za-z0-9_-]{43}$/;

export interface Identity {
  tokenId: string;
  tokenName: string | null;
  role: Role;
  expiresAt: Date | null;
}

function newSecret(): string {
  return `cw_${randomBytes(32).toString('base64url')}`;
}

/** A secret is random enough that one round of SHA-256 gives nothing away. */
function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/**
 * Who bears this token, or null for anything that is no token, or one that has expired or was revoked. Digests are
 * compared, so the time taken says nothing about the secret.
 */
export async function authenticate(
  deps: { db: Sql; fixedToken?: string | undefined; now?: () => number },
  secret: string,
): Promise<Identity | null> {
  if (secret.length > 1024) return null;
  const hash = hashSecret(secret);
  if (deps.fixedToken && timingSafeEqual(hash, hashSecret(deps.fixedToken))) {
    return {
      tokenId: FIXED_TOKEN_ID,
      tokenName: 'CLIPWRIGHT_TOKEN',
      role: 'ADMIN',
      expiresAt: null,
    };
  }
  if (!SECRET.test(secret)) return null;
  const row = await tokenByHash(deps.db, hash);
  if (!row || !timingSafeEqual(Buffer.from(row.hash), hash)) return null;
  const now = (deps.now ?? Date.now)();
  if (row.revokedAt || (row.expiresAt && row.expiresAt.getTime() <= now)) return null;
  if (!row.lastUsedAt || now - row.lastUsedAt.getTime() > 60_000) {
    // A database whose disk is full takes no writes, and still answers: nobody is turned away for that.
    await touchToken(deps.db, row.id).catch(() => {});
  }
  return { tokenId: row.id, tokenName: row.name, role: row.role, expiresAt: row.expiresAt };
}

export async function createToken(
  deps: { db: Ordinary; now?: () => number },
  input: { name: string; role: Role; expiresAt?: Date | null },
): Promise<{ token: TokenRow; secret: string }> {
  const name = input.name.trim();
  if (name.length === 0 || name.length > 100) {
    throw badUserInput('expected 1 to 100 characters for `name`');
  }
  if (input.expiresAt && input.expiresAt.getTime() <= (deps.now ?? Date.now)()) {
    throw badUserInput('expected a time to come for `expiresAt`');
  }
  const secret = newSecret();
  const token = await insertToken(deps.db, {
    name,
    role: input.role,
    hash: hashSecret(secret),
    expiresAt: input.expiresAt ?? null,
  });
  return { token, secret };
}

export async function revokeToken(deps: { db: Ordinary }, id: string): Promise<void> {
  if (!isId(id) || !(await revokeTokenRow(deps.db, id))) {
    throw new ClipwrightError('NOT_FOUND', 'There is no token with this id.');
  }
}

/** Those among `ids` that may still be used. */
export async function usableTokens(
  deps: { db: Sql },
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = ids.filter((id) => id !== FIXED_TOKEN_ID);
  const live = new Set(rows.length === 0 ? [] : await liveTokenIds(deps.db, rows));
  if (ids.includes(FIXED_TOKEN_ID)) live.add(FIXED_TOKEN_ID);
  return live;
}

/**
 * Makes the first admin token where no admin token can be used, and writes it to `<data>/admin-token`, readable by its
 * owner alone. The file is complete before it has its name.
 *
 * @returns the file's path if a token was made
 */
export async function ensureAdminToken(deps: {
  db: Ordinary;
  dataDirectory: string;
}): Promise<string | null> {
  if ((await countUsableAdminTokens(deps.db)) > 0) return null;
  const path = join(deps.dataDirectory, 'admin-token');
  const secret = newSecret();
  // The file first: a token that stands in no file could never be used. One without a row is made good at the next start.
  await writeWhole(path, `${secret}\n`, { flush: true });
  await insertToken(deps.db, {
    name: 'admin',
    role: 'ADMIN',
    hash: hashSecret(secret),
    expiresAt: null,
  });
  return path;
}
