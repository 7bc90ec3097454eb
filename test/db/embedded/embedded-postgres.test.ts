import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { chown, cp, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { locateBinaries } from '../../../src/db/embedded/binaries.js';
import {
  type EmbeddedPostgres,
  embeddedPostgresUrl,
  startEmbeddedPostgres,
} from '../../../src/db/embedded/embedded-postgres.js';
import { stopLeftover } from '../../../src/db/embedded/leftover.js';
import { placeOf } from '../../support/leftover-place.js';

const SCRIPT = path.resolve(import.meta.dirname, '../../support/embedded-process.ts');
const ROOT = path.resolve(import.meta.dirname, '../../..');
const asRoot = process.getuid?.() === 0;
const silent = { info() {}, warn() {}, error() {} };

let directory: string;
const servers: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];
const places: string[] = [];

// initdb takes longest: it runs once, and most tests start on a copy of what it made.
let made: string;

beforeAll(async () => {
  made = await mkdtemp(path.join(tmpdir(), 'clipwright-embedded-'));
  const server = await startEmbeddedPostgres({ directory: made, logger: silent });
  await server.stop();
});

afterAll(() => rm(made, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await emptyDirectory();
  execFileSync('cp', ['-a', `${made}/.`, directory]);
});

async function emptyDirectory(): Promise<string> {
  const place = await mkdtemp(path.join(tmpdir(), 'clipwright-embedded-'));
  places.push(place);
  return place;
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
  for (const place of places.splice(0)) {
    await stopLeftover(placeOf(place));
    await rm(place, { recursive: true, force: true });
  }
});

async function start(where = directory): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory: where, logger: silent });
  servers.push(server);
  return server;
}

async function query(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** A process with an embedded PostgreSQL, as another user where `command` says so. */
class Owner {
  private readonly lines: AsyncIterator<string>;

  constructor(readonly child: ChildProcess) {
    children.push(child);
    this.lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  static spawn(where: string): Owner {
    return new Owner(
      spawn(process.execPath, ['--import', 'tsx', SCRIPT, where], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  }

  async next(word: string): Promise<string> {
    const line = (await this.lines.next()).value ?? 'nothing';
    expect(line).toMatch(new RegExp(`^${word} `));
    return line.slice(word.length + 1);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
  }
}

/** A zombie, whose new parent has not looked at it yet, is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 20 s');
    await sleep(20);
  }
}

describe('an embedded PostgreSQL', () => {
  test('keeps its data from one start to the next, and is gone after its stop', async () => {
    const first = await start(await emptyDirectory());
    await query(first.url, 'create table kept (value text)');
    await query(first.url, "insert into kept values ('ä')");
    const pid = first.pid()!;
    await first.stop();
    expect(isAlive(pid)).toBe(false);
    const second = await start(places.at(-1));
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select value from kept')).toEqual([{ value: 'ä' }]);
  });

  test('has the encoding, the order and the durability that we count on', async () => {
    const { url } = await start();
    const show = async (name: string) => Object.values((await query(url, `show ${name}`))[0]!)[0];
    expect(await show('server_encoding')).toBe('UTF8');
    expect(await show('lc_collate').catch(() => 'C')).toBe('C');
    expect(await show('fsync')).toBe('on');
    expect(await show('synchronous_commit')).toBe('on');
    expect(await show('full_page_writes')).toBe('on');
    expect(await show('listen_addresses')).toBe('');
    const rows = await query(
      url,
      "select string_agg(v, '' order by v) as s from unnest(array['b','a','B','ä']) v",
    );
    expect(rows).toEqual([{ s: 'Babä' }]);
  });

  test('lets nobody in without its password, and keeps that to its user', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    for (const name of ['password', 'url']) {
      expect((await stat(path.join(directory, name))).mode & 0o777).toBe(0o600);
    }
    const socket = new URL(url).searchParams.get('host')!;
    expect((await stat(socket)).mode & 0o777).toBe(0o700);
    expect(await embeddedPostgresUrl(directory)).toBe(url);
  });

  test.runIf(asRoot)('does not run as root', async () => {
    const server = await start();
    expect((await stat(`/proc/${server.pid()}`)).uid).not.toBe(0);
  });

  test('is started again when it is killed, and says so', async () => {
    const server = await start();
    await query(server.url, 'create table kept (value int)');
    for (let round = 0; round < 2; round++) {
      await query(server.url, 'insert into kept values (1)');
      const pid = server.pid()!;
      const restarted = new Promise<void>((resolve) => server.onRestart(resolve));
      process.kill(pid, 'SIGKILL');
      await restarted;
      expect(server.pid()).not.toBe(pid);
    }
    expect(await query(server.url, 'select count(*)::int as n from kept')).toEqual([{ n: 2 }]);
  });

  test('comes back by itself when one of its backends is killed', async () => {
    const server = await start();
    const pid = server.pid();
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    process.kill(rows[0].pid, 'SIGKILL');
    await until(() =>
      query(server.url, 'select 1').then(
        () => true,
        () => false,
      ),
    );
    expect(server.pid()).toBe(pid);
  });

  test('is not started again after its stop, even when it dies meanwhile', async () => {
    const server = await start();
    const pid = server.pid()!;
    process.kill(pid, 'SIGKILL');
    await server.stop();
    await sleep(300);
    expect(server.pid()).toBeUndefined();
    await expect(query(server.url, 'select 1')).rejects.toThrow();
  });

  test('left over by a killed server is stopped by the next one, which loses nothing', async () => {
    const owner = Owner.spawn(directory);
    const pid = Number(await owner.next('pid'));
    const url = await owner.next('url');
    await query(url, 'create table kept (value int)');
    await query(url, 'insert into kept values (7)');
    await owner.kill();
    expect(isAlive(pid)).toBe(true);
    const next = await start();
    expect(isAlive(pid)).toBe(false);
    expect(await query(next.url, 'select value from kept')).toEqual([{ value: 7 }]);
  });

  test('starts when server and postmaster were killed while a backend still works', async () => {
    const owner = Owner.spawn(directory);
    const pid = Number(await owner.next('pid'));
    const url = await owner.next('url');
    await query(url, 'create table kept (value int)');
    const busy = query(url, 'insert into kept select 1 from generate_series(1, 100000000)').catch(
      () => {},
    );
    await until(async () => {
      const rows = await query(
        url,
        "select 1 from pg_stat_activity where state = 'active' and query like 'insert into kept%'",
      );
      return rows.length > 0;
    });
    await owner.kill();
    process.kill(pid, 'SIGKILL');
    const next = await start();
    expect(await query(next.url, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
    await busy;
  });

  test('does not take a process that got the old pid for its own', async () => {
    await (await start()).stop();
    servers.length = 0;
    const stranger = spawn('sleep', ['60']);
    children.push(stranger);
    const data = path.join(directory, 'server/data');
    await writeFile(
      path.join(data, 'postmaster.pid'),
      `${stranger.pid}\n${data}\n${Math.floor(Date.now() / 1000)}\n5432\n\n\n\n`,
    );
    await start();
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  test('starts after initdb was killed half-way', async () => {
    const fresh = await emptyDirectory();
    const home = path.join(fresh, 'server/data.partial');
    await mkdir(home, { recursive: true });
    await writeFile(path.join(home, 'PG_VERSION'), '18\n');
    const { url } = await start(fresh);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('has its socket elsewhere where the path would be too long', async () => {
    const long = path.join(directory, 'x'.repeat(110));
    const { url } = await start(long);
    const socket = new URL(url).searchParams.get('host')!;
    places.push(socket);
    expect(socket.startsWith(tmpdir())).toBe(true);
    expect(Buffer.byteLength(`${socket}/.s.PGSQL.5432`)).toBeLessThanOrEqual(103);
    expect((await lstat(socket)).mode & 0o777).toBe(0o700);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.runIf(asRoot)('lies where its user can go when that one cannot enter the path', async () => {
    const home = await mkdtemp(path.join(homedir(), '.clipwright-test-'));
    places.push(home);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    const closed = (await stat(homedir())).mode & 0o011;
    const where = path.join(home, 'data/postgres');
    const first = await start(where);
    await query(first.url, 'create table kept (value int)');
    const data = (await query(first.url, 'show data_directory'))[0]!.data_directory as string;
    if (!closed) {
      places.push(path.dirname(data));
      expect(data).toMatch(/^\/var\/lib\/clipwright-[0-9a-f]{12}\/data$/);
      expect((await readFile(path.join(where, 'location'), 'utf8')).trim()).toBe(
        path.dirname(data),
      );
    }
    await first.stop();
    const written = () => stat(path.join(where, 'location')).then(({ mtimeMs }) => mtimeMs);
    const before = closed ? 0 : await written();
    // Again at the same place, with no need to write it down, for which there may be no room; and a copy of the data directory must not open the same database.
    const second = await start(where);
    expect(await query(second.url, 'select * from kept')).toEqual([]);
    await second.stop();
    if (!closed) {
      expect(await written()).toBe(before);
      const copy = path.join(home, 'copy/postgres');
      await cp(where, copy, { recursive: true });
      await expect(start(copy)).rejects.toThrow('of which this is a copy');
    }
  });

  test.runIf(asRoot)(
    'runs from a copy of its programs where its user cannot enter those',
    async () => {
      const { copyBinaries } = await import('../../../src/db/embedded/binaries.js');
      const installed = await locateBinaries();
      const copied = await copyBinaries(installed, directory);
      expect(copied.root).toBe(path.join(directory, `postgresql-${installed.version}`));
      expect(await copyBinaries(installed, directory)).toEqual(copied);
      chmodSync(directory, 0o711);
      const version = execFileSync(path.join(copied.root, 'bin/postgres'), ['--version'], {
        encoding: 'utf8',
        uid: 65_534,
        gid: 65_534,
      });
      expect(version).toContain('PostgreSQL) 18.');
      expect(existsSync(path.join(copied.root, 'lib/libpq.a'))).toBe(false);
    },
  );

  test.runIf(asRoot)('runs as an ordinary user too', async () => {
    // The checkout may lie where that user cannot enter: what is under test here is PostgreSQL's side.
    const fresh = await emptyDirectory();
    await chown(fresh, 65_534, 65_534);
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, fresh], {
      cwd: ROOT,
      uid: 65_534,
      gid: 65_534,
      env: { ...process.env, HOME: fresh, TMPDIR: fresh },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const owner = new Owner(child);
    const pid = Number(await owner.next('pid'));
    expect((await stat(`/proc/${pid}`)).uid).toBe(65_534);
    expect(await query(await owner.next('url'), 'select 1 as one')).toEqual([{ one: 1 }]);
    await owner.kill('SIGTERM');
    expect(isAlive(pid)).toBe(false);
  });

  test('says which link is missing where the set-up did not run', async () => {
    const { requireLinks } = await import('../../../src/db/embedded/binaries.js');
    const native = path.join(directory, 'native');
    await mkdir(path.join(native, 'lib'), { recursive: true });
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
    await writeFile(path.join(native, 'pg-symlinks.json'), JSON.stringify([link]));
    await expect(requireLinks(native)).rejects.toThrow('lacks the link native/lib/libpq.so.5');
  });

  test('says what PostgreSQL said when it does not start', async () => {
    await (await start()).stop();
    servers.length = 0;
    rmSync(path.join(directory, 'server/data/global/pg_control'));
    await expect(start()).rejects.toThrow(/PostgreSQL does not start in .*pg_control/s);
  });
});
