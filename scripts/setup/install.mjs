import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './root.mjs';

const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.clipwright-install');

/** The packages of the lock file. Nothing in them is compiled for a version of Node, so that does not matter. */
export const install = {
  name: 'installing packages from the npm registry',

  isDone: () => read(STAMP) === fingerprint(),

  run() {
    // node_modules may be right without our stamp: somebody ran `npm ci` or `npm install`.
    if (!matchesLock()) {
      const [command, ...parameters] = npm();
      const { status, error } = spawnSync(
        command,
        [...parameters, 'ci', '--no-audit', '--no-fund'],
        {
          cwd: ROOT,
          stdio: ['ignore', 2, 2],
          // Under `npm start` npm hands its own settings down, the command among them.
          env: { ...process.env, npm_config_ignore_scripts: 'true' },
        },
      );
      if (error || status !== 0) {
        throw new Error(`npm ci failed${error ? `: ${error.message}` : ''}; what it says is above`);
      }
    }
    writeFileSync(STAMP, fingerprint());
  },
};

function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  return `${hash.digest('hex')} ${process.platform} ${process.arch}`;
}

/** Compares the lock file with the copy that npm keeps of what it installed. */
function matchesLock() {
  const installed = read(join(MODULES, '.package-lock.json'));
  if (!installed) return false;
  const there = JSON.parse(installed).packages;
  const { '': _project, ...wanted } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  ).packages;
  return Object.entries(wanted).every(([path, entry]) =>
    there[path] && existsSync(join(ROOT, path))
      ? there[path].version === entry.version && there[path].integrity === entry.integrity
      : isForOthers(entry),
  );
}

/** Whether npm leaves a package out here: it is for another kind of machine, or only needed by one that is. */
function isForOthers({ optional, os, cpu, libc }) {
  const here =
    (os || cpu) &&
    (!os || os.includes(process.platform)) &&
    (!cpu || cpu.includes(process.arch)) &&
    (!libc || libc.includes(linuxC()));
  return Boolean(optional) && !here;
}

let foundC;

function linuxC() {
  process.report.excludeNetwork = true; // which would look up names
  foundC ??= process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
  return foundC;
}

/** npm as a program that Node can run without a shell: the one that started us, or the one beside this Node. */
export function npm() {
  const running = process.env.npm_execpath;
  if (running && /npm-cli\.js$/.test(running)) return [process.execPath, running];
  const beside = dirname(process.execPath);
  const modules = process.platform === 'win32' ? '.' : '../lib';
  const bundled = join(beside, modules, 'node_modules/npm/bin/npm-cli.js');
  return existsSync(bundled) ? [process.execPath, bundled] : ['npm'];
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
