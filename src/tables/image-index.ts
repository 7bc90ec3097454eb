/** What an image cell stands for: a file of the listing, none, or more than one. */
export type ImageMatch =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing' | 'ambiguous' };

/** Paths of a listing are shorter, and have fewer parts. */
const MAX_CELL = 32 * 1024;
const MAX_PARTS = 128;

const MISSING: ImageMatch = { kind: 'missing' };
const AMBIGUOUS: ImageMatch = { kind: 'ambiguous' };

/**
 * The listing of an image folder, by which image cells are looked up: no cell is ever joined to a
 * path. A cell matches, in this order,
 *
 * 1. the relative path itself, then what is left of the cell when its leading folders are dropped
 *    one by one (the table may stand above the folder);
 * 2. the base name of the cell, where one file alone has it;
 * 3. the same two without the file's extension (`12` for `12.jpg`), where one file alone fits.
 *
 * Backslashes count as slashes. A cell with `..` matches nothing. Names are compared in Unicode's
 * composed form, as macOS stores them decomposed. The by-ways are indexed when first needed: a flat
 * folder named by its files costs one entry for each.
 */
export class ImageIndex {
  readonly #paths = new Map<string, string>();
  #byName: Map<string, string | null> | null = null;
  #byStem: Map<string, string | null> | null = null;
  #byNameStem: Map<string, string | null> | null = null;

  /** @param paths files relative to the image folder, with slashes */
  constructor(paths: Iterable<string>) {
    for (const path of paths) this.#paths.set(path.normalize('NFC'), path);
  }

  get size(): number {
    return this.#paths.size;
  }

  find(cell: string): ImageMatch {
    if (cell.length > MAX_CELL) return MISSING;
    const parts = cell
      .trim()
      .normalize('NFC')
      .replaceAll('\\', '/')
      .split('/')
      .filter((part) => part !== '' && part !== '.');
    if (parts.length === 0 || parts.includes('..')) return MISSING;
    parts.splice(0, parts.length - MAX_PARTS);
    for (let from = 0; from < parts.length; from++) {
      const path = this.#paths.get(parts.slice(from).join('/'));
      if (path !== undefined) return { kind: 'found', path };
    }
    const name = parts.at(-1)!;
    this.#byName ??= this.#indexBy(baseName);
    const byName = this.#byName.get(name);
    if (byName !== undefined) return matchOf(byName);
    this.#byStem ??= this.#indexBy(stem);
    for (let from = 0; from < parts.length; from++) {
      const byStem = this.#byStem.get(parts.slice(from).join('/'));
      if (byStem !== undefined) return matchOf(byStem);
    }
    this.#byNameStem ??= this.#indexBy((path) =>
      path.includes('/') ? stem(baseName(path)) : path,
    );
    const byNameStem = this.#byNameStem.get(name);
    return byNameStem === undefined ? MISSING : matchOf(byNameStem);
  }

  /** Null: more than one file has the name. A path that is its own name is found without. */
  #indexBy(nameOf: (path: string) => string): Map<string, string | null> {
    const index = new Map<string, string | null>();
    for (const [composed, path] of this.#paths) {
      const name = nameOf(composed);
      if (name !== composed) index.set(name, index.has(name) ? null : path);
    }
    return index;
  }
}

function matchOf(path: string | null): ImageMatch {
  return path === null ? AMBIGUOUS : { kind: 'found', path };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function stem(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
}
