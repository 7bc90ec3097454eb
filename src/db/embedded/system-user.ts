import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';

/** A user of the operating system. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

// PostgreSQL's own user where Debian or a container image has one, otherwise the user that every system has.
const CANDIDATES = ['postgres', 'nobody'];

/** The user to run PostgreSQL as, which refuses root; undefined: as ourselves, who are not root. */
export async function databaseUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readUsers();
  const user = CANDIDATES.map((name) => users.get(name)).find((found) => found && found.uid !== 0);
  if (!user) {
    throw new ClipwrightError(
      'EMBEDDED_DATABASE_FAILED',
      'PostgreSQL does not run as root, and this system has neither a user `postgres` nor `nobody` to run it as: ' +
        'start Clipwright as another user, or set DATABASE_URL',
    );
  }
  return user;
}

async function readUsers(): Promise<Map<string, SystemUser>> {
  const users = new Map<string, SystemUser>();
  for (const line of (await readFile('/etc/passwd', 'utf8')).split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) users.set(name, { name, uid: Number(uid), gid: Number(gid) });
  }
  return users;
}

/** Whether `user` can enter `path`, a directory, coming from the root. Reads mode bits only, no access lists. */
export async function canEnter(user: SystemUser, path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const execute = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if (!(mode & execute)) return false;
    if (at === dirname(at)) return true;
  }
}
