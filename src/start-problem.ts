import type { Config } from './config.js';
import { ClipwrightError } from './errors/clipwright-error.js';
import { orDiskFull } from './errors/disk-full.js';

/** What a person can mend, in a sentence; undefined for an error that nobody planned for, which needs its stack. */
export function startProblem(thrown: unknown, config: Config | undefined): string | undefined {
  const error = orDiskFull(thrown);
  if (error instanceof ClipwrightError) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (!config || !code) return undefined;
  if (syscall === 'listen' && code === 'EADDRINUSE') {
    return `port ${config.port} on ${config.host} is taken: stop what listens there, or set \`PORT\``;
  }
  if (syscall === 'listen') return `cannot listen on ${config.host}, port ${config.port} (${code})`;
  if (!/^(ECONNREFUSED|ENOENT|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|28P01|3D000)$/.test(code))
    return undefined;
  return config.databaseUrl === undefined
    ? `the database in ${config.data} is not running: start the server first (npm start), or set \`DATABASE_URL\``
    : `the database of \`DATABASE_URL\` cannot be used (${code}): is it running, and are host, user, password and name right?`;
}
