import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintFolder } from './fingerprint-folder.mjs';
import { ROOT } from './root.mjs';
import { swapFolder } from './swap-folder.mjs';

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
    rmSync(partial, { recursive: true, force: true });
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const parameters = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', partial];
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...parameters], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the sources do not compile:\n${stdout}`);
    writeFileSync(join(partial, '.stamp'), before);
    swapFolder(DIST, partial);
  },
};

function fingerprint() {
  const hash = createHash('sha256');
  for (const name of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) {
    hash.update(readFileSync(join(ROOT, name)));
  }
  fingerprintFolder(hash, join(ROOT, 'src'));
  return hash.digest('hex');
}
