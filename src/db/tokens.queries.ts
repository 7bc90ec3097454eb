import type { Ordinary } from './database.js';
import type { Role } from './enums.js';
import type { Sql } from './sql.js';

// By hand is what every request or socket asks; the rest, seldom and small, goes by Prisma.

export interface TokenRow {
  id: string;
  name: string;
  role: Role;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

const TOKEN = `id, name, role, created_at as "createdAt", last_used_at as "lastUsedAt",
  expires_at as "expiresAt"`;

export async function tokenByHash(
  sql: Sql,
  hash: Buffer,
): Promise<(TokenRow & { hash: Buffer; revokedAt: Date | null }) | null> {
  const [row] = await sql.query<TokenRow & { hash: Buffer; revokedAt: Date | null }>(
    `select ${TOKEN}, hash, revoked_at as "revokedAt" from tokens where hash = $1`,
    [hash],
  );
  return row ?? null;
}

/** At most 500, newest first; revoked ones are gone. */
export function listTokens({ prisma }: Ordinary): Promise<TokenRow[]> {
  return prisma.token.findMany({
    where: { revokedAt: null },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 500,
    omit: { hash: true },
  });
}

export function insertToken(
  { prisma }: Ordinary,
  token: { name: string; role: Role; hash: Buffer; expiresAt: Date | null },
): Promise<TokenRow> {
  const data = { ...token, hash: Uint8Array.from(token.hash) };
  return prisma.token.create({ data, omit: { hash: true } });
}

export async function touchToken(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `update tokens set last_used_at = now()
     where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [id],
  );
}

/** @returns false where there is no such token, or it was revoked before */
export async function revokeTokenRow({ prisma }: Ordinary, id: string): Promise<boolean> {
  const { count } = await prisma.token.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count === 1;
}

/** Those among `ids` that may still be used. */
export async function liveTokenIds(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from tokens where id = any($1::uuid[]) and revoked_at is null
       and (expires_at is null or expires_at > now())`,
    [ids],
  );
  return rows.map((row) => row.id);
}

export function countUsableAdminTokens({ prisma }: Ordinary): Promise<number> {
  return prisma.token.count({
    where: {
      role: 'ADMIN',
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
    },
  });
}

/** The value of a setting, made and stored on first use, the same for every server on the database. */
export async function settingOrInsert(sql: Sql, key: string, make: () => Buffer): Promise<Buffer> {
  const found = await sql.query<{ value: Buffer }>('select value from settings where key = $1', [
    key,
  ]);
  if (found[0]) return Buffer.from(found[0].value);
  await sql.query('insert into settings (key, value) values ($1, $2) on conflict do nothing', [
    key,
    make(),
  ]);
  const [row] = await sql.query<{ value: Buffer }>('select value from settings where key = $1', [
    key,
  ]);
  return Buffer.from(row!.value);
}
