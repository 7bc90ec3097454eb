import { badUserInput } from '../errors/bad-user-input.js';

const MAX_PATH = 4096;
const MAX_DEPTH = 64;

/**
 * The path of an entry that an import may read; null for what it leaves out as in a folder: hidden files, and what a Mac
 * adds. Nothing is ever written under such a name, but an archive that tries to leave its target is none to trust.
 * @throws BAD_USER_INPUT
 */
export function entryPath(name: string): string | null {
  const path = name.replaceAll('\\', '/');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const leaves = path.startsWith('/') || /^[a-z]:/i.test(path) || parts.includes('..');
  if (leaves || path.includes('\0') || /\p{Surrogate}/u.test(path)) {
    throw badUserInput(
      `The archive has an entry with a path that leads out of it, ${shown(name)}: pack it again from inside its folder.`,
    );
  }
  if (path.length > MAX_PATH || parts.length > MAX_DEPTH) {
    throw badUserInput(
      `expected paths of at most ${MAX_PATH} characters and ${MAX_DEPTH} folders in the archive but received ${shown(name)}`,
    );
  }
  const hidden = parts.some((part) => part.startsWith('.') || part === '__MACOSX');
  return parts.length === 0 || hidden ? null : parts.join('/');
}

function shown(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);
}
