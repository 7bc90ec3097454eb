import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.stamp');

/** src/ as JavaScript in dist/. Types are checked by `npm run check`, not at every start. */
export const compile = {
  name: 'compiling',

  isDone() {
    try {
      return readFileSync(STAMP, 'utf8') === fingerprint();
    } catch {
      return false;
    }
  },

  run() {
    const before = fingerprint();
    const partial = join(ROOT, 'dist.partial');
    const old = join(ROOT, 'dist.old');
    rmSync(partial, { recursive: true, force: true });
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const parameters = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', partial];
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...parameters], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the sources do not compile:\n${stdout}`);
    writeFileSync(join(partial, '.stamp'), before);
    // A program that starts meanwhile finds the old files or the new ones, not some of both.
    rmSync(old, { recursive: true, force: true });
    if (statSync(DIST, { throwIfNoEntry: false })) renameSync(DIST, old);
    renameSync(partial, DIST);
    rmSync(old, { recursive: true, force: true });
  },
};

/** By names, sizes and times: reading the contents would take longer than the rest of the set-up. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const name of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) {
    hash.update(readFileSync(join(ROOT, name)));
  }
  for (const entry of readdirSync(join(ROOT, 'src'), { recursive: true }).sort()) {
    const found = statSync(join(ROOT, 'src', entry), { throwIfNoEntry: false });
    if (found?.isFile()) hash.update(`${entry}\0${found.size}\0${found.mtimeMs}\0`);
  }
  return hash.digest('hex');
}
