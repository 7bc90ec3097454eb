import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a source file imports: other files by their path from the root, packages by their name. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly target: string;
  /** Types only: gone after compilation. */
  readonly type: boolean;
}

/** Every TypeScript file below `folder`, except what is generated. */
export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /\.tsx?$/.test(name) &&
        !name.endsWith('.generated.ts') &&
        !name.startsWith(path.join('db', 'generated')),
    )
    .sort()
    .map((name) => {
      const file = path.posix.join(folder, name.split(path.sep).join('/'));
      return parseSource(file, readFileSync(path.join(root, file), 'utf8'));
    });
}

const SPECIFIER = `(?<quote>['"])(?<specifier>[^'"\\n]+)\\k<quote>`;
const STATIC = new RegExp(
  `^\\s*(?:import|export)\\s+(?<type>type\\s+)?(?:(?<names>[\\w*\\s{},$]+?)\\s+from\\s+)?${SPECIFIER}`,
  'gm',
);
const DYNAMIC = new RegExp(`\\b(?:import|require|resolve)\\(\\s*${SPECIFIER}`, 'g');
const LOCATED = new RegExp(`\\bnew URL\\(\\s*${SPECIFIER},\\s*import\\.meta\\.url`, 'g');

export function parseSource(file: string, text: string): SourceFile {
  const source = withoutComments(text);
  const imports: Import[] = [];
  const add = (specifier: string | undefined, type: boolean) => {
    imports.push({ target: resolveTarget(file, specifier!), type });
  };
  for (const { groups } of source.matchAll(STATIC)) {
    add(groups!.specifier, groups!.type !== undefined || namesTypesOnly(groups!.names));
  }
  for (const { groups } of source.matchAll(DYNAMIC)) add(groups!.specifier, false);
  // The program of a child process: not imported, but known by name.
  for (const { groups } of source.matchAll(LOCATED)) {
    if (/\.[jt]s$/.test(groups!.specifier!)) add(groups!.specifier, true);
  }
  return { path: file, imports };
}

/** `{ type A, type B }` */
function namesTypesOnly(names: string | undefined): boolean {
  const list = /^\s*\{([^}]*)\}\s*$/.exec(names ?? '')?.[1]?.split(',') ?? [];
  const named = list.map((name) => name.trim()).filter((name) => name !== '');
  return named.length > 0 && named.every((name) => name.startsWith('type '));
}

function resolveTarget(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const joined = path.posix.join(path.posix.dirname(file), specifier);
  return joined.replace(/\.js$/, '.ts');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
