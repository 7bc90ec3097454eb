import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isConnectionLoss } from '../../src/db/connection-loss.js';
import { Database } from '../../src/db/database.js';
import { orDiskFull } from '../../src/errors/disk-full.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  // A token's name is the code of the error that its insertion ends with.
  await test.db.query(`create function fail() returns trigger language plpgsql as $$ begin
    execute format('do $x$ begin raise exception %L using errcode = %L; end $x$', 'told', new.name); end $$`);
  await test.db.query(
    'create trigger fail before insert on tokens for each row execute function fail()',
  );
});
afterAll(() => test.drop());

const INSERT = `insert into tokens (name, role, hash) values ($1, 'VIEWER', '\\x00')`;
const ways: Record<string, (code: string) => Promise<unknown>> = {
  'a statement of ours': (code) => test.db.query(INSERT, [code]),
  'an ordinary query of Prisma': (name) =>
    test.db.prisma.token.create({ data: { name, role: 'VIEWER', hash: Buffer.alloc(1) } }),
};
const thrownBy = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(Object.entries(ways))('by %s', (_, ask) => {
  it('a full disk is told from every other error', async () => {
    expect(orDiskFull(await thrownBy(ask('53100')))).toMatchObject({ code: 'DISK_FULL' });
    const other = await thrownBy(ask('23514'));
    expect(orDiskFull(other)).toBe(other);
  });

  it.each(['57P01', '57P03', '53300', '25P03', '08006'])(
    'a connection lost by %s is seen',
    async (code) => {
      expect(isConnectionLoss(await thrownBy(ask(code)))).toBe(true);
      expect(isConnectionLoss(await thrownBy(ask('23514')))).toBe(false);
    },
  );
});

it('a PostgreSQL whose socket is gone counts as a lost connection, to Prisma too', async () => {
  const host = encodeURIComponent(join(tmpdir(), 'clipwright-no-such-socket'));
  const none = Database.open(`postgresql://x:y@localhost/postgres?host=${host}`);
  try {
    expect(isConnectionLoss(await thrownBy(none.query('select 1')))).toBe(true);
    expect(isConnectionLoss(await thrownBy(none.prisma.token.count()))).toBe(true);
  } finally {
    await none.close();
  }
});

it('a PostgreSQL that stops in the moment it lets somebody in is a lost connection, and no more', async () => {
  const message = (type: string, ...parts: (string | Buffer)[]) => {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(4 + body.length);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  // AuthenticationOk, ReadyForQuery and the end, which come as one piece.
  const last = 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
  const stopping = Buffer.concat([
    message('R', Buffer.alloc(4)),
    message('Z', 'I'),
    message('E', last),
  ]);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(stopping));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const db = Database.open(`postgresql://x:y@127.0.0.1:${port}/z`);
  try {
    const asked = [db.transaction((tx) => tx.query('select 1')), db.query('select 1')];
    for (const one of asked) expect(isConnectionLoss(await thrownBy(one))).toBe(true);
    expect(isConnectionLoss(await thrownBy(db.prisma.token.count()))).toBe(true);
  } finally {
    await db.close();
    server.close();
  }
});
