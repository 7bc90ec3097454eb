import { badUserInput } from '../errors/bad-user-input.js';
import { ImageIndex } from '../tables/image-index.js';
import { formatOf } from '../tables/open-table.js';
import type { ImportSource } from './import-source.js';
import { byDepth, candidates, quoted } from './listed-paths.js';

/** Files that a name without an extension never means. */
const NO_IMAGE =
  /\.(txt|json|xml|ya?ml|md|html?|pdf|zip|tar|t?gz|npy|npz|pt|onnx|log|ini|cfg|py)$/i;

export interface ImageFolder {
  /** '' for the source itself */
  readonly folder: string;
  readonly images: ImageIndex;
}

/** The folders in which a table's images may lie, likeliest first. */
export type ImageFolders = (table: string) => ImageFolder[];

/**
 * The folder that the client names; without one the table's own folder, then the whole source.
 * @throws BAD_USER_INPUT with the candidates where the source has no such folder
 */
export function imageFolders(source: ImportSource, named: string | null): ImageFolders {
  const known = new Map<string, ImageFolder>();
  const below = (folder: string) => {
    let found = known.get(folder);
    if (!found) {
      const prefix = folder === '' ? '' : `${folder}/`;
      const paths = source.paths.filter((path) => path.startsWith(prefix) && mayBeImage(path));
      found = { folder, images: new ImageIndex(paths.map((path) => path.slice(prefix.length))) };
      known.set(folder, found);
    }
    return found;
  };
  if (named !== null) {
    const folder = findFolder(source, named);
    return () => [below(folder)];
  }
  return (table) => {
    const own = table.slice(0, Math.max(0, table.lastIndexOf('/')));
    return own === '' ? [below('')] : [below(own), below('')];
  };
}

function findFolder(source: ImportSource, wanted: string): string {
  const parts = wanted
    .normalize('NFC')
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) return '';
  const folders = new Map<string, string>();
  for (const path of source.paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      const composed = folder.normalize('NFC');
      if (folders.has(composed)) break;
      folders.set(composed, folder);
    }
  }
  const found = folders.get(parts.join('/'));
  if (found !== undefined) return found;
  throw badUserInput(
    `expected a folder of the source for \`source.imageFolder\` but received ${quoted(wanted)}. ` +
      `Candidates: ${candidates([...folders.values()].sort(byDepth))}.`,
  );
}

function mayBeImage(path: string): boolean {
  return formatOf(path) === null && !NO_IMAGE.test(path);
}
