import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  constants,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import { type Binaries, copyBinaries } from './binaries.js';
import { canEnter, type SystemUser } from './system-user.js';

/** Where the parts of one embedded PostgreSQL lie. */
export interface Place {
  /** Owned by the database's user; holds the cluster in `data`. */
  readonly home: string;
  readonly data: string;
  /** Names this cluster in the titles of its processes. */
  readonly clusterName: string;
  /** Holds the socket, nothing else. */
  readonly socketDirectory: string;
  readonly binaries: Binaries;
}

// sockaddr_un.sun_path with its closing zero, less one byte: Linux 107, macOS 103.
const SOCKET_PATH_BYTES = 103;
const SOCKET_NAME = '/.s.PGSQL.5432';
export const SOCKET_LOCK = '.s.PGSQL.5432.lock';

// Directories that survive a reboot and that any user can enter, for a database whose user cannot enter ours.
const SHARED_PLACES = ['/var/lib', '/opt', '/srv'];

/**
 * Finds or makes the places. Normally everything is below `directory`. As root, PostgreSQL runs as another user; where
 * that one cannot enter `directory` (a clone below a home with mode 0700), the database lies in a place that it can,
 * and `directory/location` says where.
 */
export async function preparePlace(
  directory: string,
  installed: Binaries,
  user: SystemUser | undefined,
): Promise<Place> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const here = await realpath(directory);
  if (!user) return place(await own(join(here, 'server'), user), installed, user);
  for (const ours of ownDirectories(here)) await letThrough(user, ours);
  const location = join(here, 'location');
  const moved = (await readFile(location, 'utf8').catch(() => '')).trim();
  if (!moved && (await canEnter(user, here))) {
    const home = await own(join(here, 'server'), user);
    if (await canEnter(user, installed.root)) return place(home, installed, user);
    return place(home, await copyBinaries(installed, home), user);
  }
  const home = await own(moved || (await sharedPlace(here)), user);
  await claim(home, here);
  // Written once: a disk that is full would leave it empty, and where the database lies would be forgotten.
  if (!moved) await writeFile(location, `${home}\n`, { mode: 0o600 });
  const reachable = await canEnter(user, installed.root);
  return place(home, reachable ? installed : await copyBinaries(installed, home), user);
}

async function place(
  home: string,
  binaries: Binaries,
  user: SystemUser | undefined,
): Promise<Place> {
  return {
    home,
    data: join(home, 'data'),
    clusterName: `clipwright-${shortHash(home)}`,
    socketDirectory: await socketDirectory(home, user),
    binaries,
  };
}

/** The data directory and what we make in it; below the system's temporary directory everything, as in tests. */
function ownDirectories(here: string): string[] {
  const directories = [dirname(here), here];
  const scratch = `${tmpdir()}/`;
  for (let at = dirname(dirname(here)); at.startsWith(scratch); at = dirname(at)) {
    directories.push(at);
  }
  return directories;
}

/** Our own directory, 0700 and root's, lets the database's group pass, and nobody else. */
async function letThrough(user: SystemUser, path: string): Promise<void> {
  const { uid, mode } = await stat(path);
  if (uid !== 0 || mode & 0o077) return;
  await chown(path, 0, user.gid);
  await chmod(path, 0o710);
}

async function own(path: string, user: SystemUser | undefined): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (user) await chown(path, user.uid, user.gid);
  return path;
}

async function sharedPlace(here: string): Promise<string> {
  const name = `clipwright-${shortHash(here)}`;
  for (const parent of SHARED_PLACES) {
    const usable = await access(parent, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (usable) return join(parent, name);
  }
  throw new ClipwrightError(
    'EMBEDDED_DATABASE_FAILED',
    `PostgreSQL does not run as root, and the user it runs as can enter neither ${here} nor a new directory in ` +
      `${SHARED_PLACES.join(', ')}: set CLIPWRIGHT_DATA to a path that every user can enter, or set DATABASE_URL`,
  );
}

/** A copy of a data directory brings `location` along, but two servers must not share one database. */
async function claim(home: string, here: string): Promise<void> {
  const owner = join(home, 'owner');
  const before = (await readFile(owner, 'utf8').catch(() => '')).trim();
  if (before && before !== here) {
    const theirs = await readFile(join(before, 'location'), 'utf8').catch(() => '');
    if (theirs.trim() === home) {
      throw new ClipwrightError(
        'EMBEDDED_DATABASE_FAILED',
        `the database of ${here} lies in ${home} and belongs to ${before}, of which this is a copy: ` +
          'a running database cannot be copied as files',
      );
    }
  }
  if (before !== here) await writeFile(owner, `${here}\n`, { mode: 0o644 });
}

async function socketDirectory(home: string, user: SystemUser | undefined): Promise<string> {
  const below = join(home, 'run');
  if (Buffer.byteLength(below + SOCKET_NAME) <= SOCKET_PATH_BYTES) return own(below, user);
  // Anyone may have made a directory of that name in /tmp before us: it counts only if it is ours alone.
  const uid = user?.uid ?? process.getuid?.();
  const short = join(tmpdir(), `clipwright-${uid}-${shortHash(home)}`);
  const made = await mkdir(short, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  if (made) return own(short, user);
  const found = await lstat(short);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o777) === 0o700) return short;
  return own(await mkdtemp(join(tmpdir(), 'clipwright-')), user);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
