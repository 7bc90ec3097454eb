import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';
import type { Place } from './place.js';
import type { SystemUser } from './system-user.js';

export const DATABASE_ROLE = 'clipwright';

// What initdb and the server see of our environment: nothing that could change what they do.
export const SERVER_ENVIRONMENT = { PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C', TZ: 'UTC' };

/** The role's password, made once; only this server's user can read it. */
export async function databasePassword(directory: string): Promise<string> {
  const path = join(directory, 'password');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known) return known;
  const password = randomBytes(32).toString('base64url');
  await writeSynced(`${path}.partial`, password);
  await rename(`${path}.partial`, path);
  return password;
}

/** Makes the cluster where there is none. It appears under its name only when it is complete. */
export async function initialise(
  place: Place,
  user: SystemUser | undefined,
  options: { password: string; durable: boolean },
): Promise<boolean> {
  if (await stat(join(place.data, 'PG_VERSION')).catch(() => undefined)) return false;
  const partial = `${place.data}.partial`;
  const passwordFile = join(place.home, 'initdb-password');
  await rm(partial, { recursive: true, force: true });
  await writeSynced(passwordFile, options.password);
  if (user) await chown(passwordFile, user.uid, user.gid);
  try {
    await runInitdb(place, user, [
      `--pgdata=${partial}`,
      `--username=${DATABASE_ROLE}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--auth-local=scram-sha-256',
      '--auth-host=scram-sha-256',
      '--no-instructions',
      ...(options.durable ? [] : ['--no-sync']),
    ]);
    await rename(partial, place.data);
  } finally {
    await rm(passwordFile, { force: true });
  }
  return true;
}

async function runInitdb(
  place: Place,
  user: SystemUser | undefined,
  parameters: string[],
): Promise<void> {
  const child = spawn(join(place.binaries.root, 'bin/initdb'), parameters, {
    cwd: place.home,
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new ClipwrightError(
      'EMBEDDED_DATABASE_FAILED',
      `initdb failed in ${place.home}: ${output.trim().split('\n').slice(-5).join(' · ')}`,
    );
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
