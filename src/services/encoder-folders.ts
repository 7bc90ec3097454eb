import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ENCODER_FILES } from '../ml/clip/encoder-description.js';
import { variantFileNames } from '../ml/clip/encoder-variant.js';

/** Where encoders are looked for. */
export interface EncoderRoots {
  /** those that come with the program: `<name>` is `clipwright/<name>` */
  builtIn: string;
  /** folders in Hugging Face's layout, put there by hand or by `addEncoder`: `<name>` is `local/<name>` */
  local: string;
  /** downloaded: `<owner>/<name>` is the encoder of that id */
  hub: string;
}

export interface EncoderFolder {
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  readonly isBuiltIn: boolean;
}

/** Every folder that should be an encoder, in the order of the roots and then by name; an absent root holds none. */
export async function listEncoderFolders(roots: EncoderRoots): Promise<EncoderFolder[]> {
  const [builtIn, local, owners] = await Promise.all([
    subfolders(roots.builtIn),
    subfolders(roots.local),
    subfolders(roots.hub),
  ]);
  const folders: EncoderFolder[] = [];
  for (const name of builtIn) {
    const directory = path.join(roots.builtIn, name);
    folders.push({ id: `clipwright/${name}`, name, directory, isBuiltIn: true });
  }
  for (const name of local) {
    const directory = path.join(roots.local, name);
    folders.push({ id: `local/${name}`, name, directory, isBuiltIn: false });
  }
  for (const owner of owners) {
    for (const name of await subfolders(path.join(roots.hub, owner))) {
      const directory = path.join(roots.hub, owner, name);
      folders.push({ id: `${owner}/${name}`, name, directory, isBuiltIn: false });
    }
  }
  return folders;
}

/** Changes whenever a file of the encoder does, as far as sizes, times and inodes tell. */
export async function folderSignature(directory: string): Promise<string> {
  const { vision, text } = ENCODER_FILES;
  const names = [
    ...Object.values(ENCODER_FILES),
    `${vision}_data`,
    `${text}_data`,
    ...variantFileNames(),
  ];
  const states = await Promise.all(
    names.map(async (name) => {
      const found = await stat(path.join(directory, name)).catch(() => undefined);
      return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : '';
    }),
  );
  return states.join(' ');
}

/** Hidden folders are what is not finished yet. */
async function subfolders(root: string): Promise<string[]> {
  const found = await readdir(root, { withFileTypes: true }).catch((): Dirent[] => []);
  return found
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}
