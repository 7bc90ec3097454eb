import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressAssets } from './compress-assets.mjs';
import { fingerprintFolder } from './fingerprint-folder.mjs';
import { ROOT } from './root.mjs';
import { swapFolder } from './swap-folder.mjs';

const WEB = join(ROOT, 'web');
const DIST = join(WEB, 'dist');
const STAMP = join(DIST, '.stamp');

/** web/ as files for browsers in web/dist/, and before that the types of its operations. */
export const pages = {
  name: 'building the dashboard',

  isDone() {
    try {
      return readFileSync(STAMP, 'utf8') === fingerprint();
    } catch {
      return false;
    }
  },

  run() {
    const before = fingerprint();
    const partial = join(WEB, 'dist.partial');
    rmSync(partial, { recursive: true, force: true });
    program(join(WEB, 'generate-documents.mjs'));
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    program(vite, 'build', WEB, '--outDir', partial, '--emptyOutDir', '--logLevel', 'error');
    compressAssets(join(partial, 'assets'));
    writeFileSync(join(partial, '.stamp'), before);
    swapFolder(DIST, partial);
  },
};

function program(...parameters) {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error(`the dashboard does not build:\n${stdout}${stderr}`);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const name of ['schema.graphql', 'package-lock.json', 'scripts/setup/compress-assets.mjs']) {
    hash.update(readFileSync(join(ROOT, name)));
  }
  fingerprintFolder(
    hash,
    WEB,
    (entry) => !entry.startsWith('dist') && !entry.endsWith('.generated.ts'),
  );
  return hash.digest('hex');
}
