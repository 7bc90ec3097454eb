import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const STAMP = join(ROOT, 'src/db/generated/.stamp');

/** Prisma's client out of prisma/schema.prisma. */
export const generate = {
  name: 'generating the database client',

  isDone() {
    try {
      return readFileSync(STAMP, 'utf8') === fingerprint();
    } catch {
      return false;
    }
  },

  run() {
    const prisma = join(ROOT, 'node_modules/prisma/build/index.js');
    const { status, stderr } = spawnSync(process.execPath, [prisma, 'generate'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        ...process.env,
        // It insists on an engine that it does not use here and would download; any program will do.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    });
    if (status !== 0) throw new Error(`prisma generate failed:\n${stderr}`);
    writeFileSync(STAMP, fingerprint());
  },
};

function fingerprint() {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(ROOT, 'prisma/schema.prisma')));
  hash.update(readFileSync(join(ROOT, 'node_modules/prisma/package.json')));
  return hash.digest('hex');
}
