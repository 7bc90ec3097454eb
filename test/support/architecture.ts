import type { SourceFile } from './imports.js';

const PAGES = [
  'overview',
  'runs',
  'run',
  'new-run',
  'datasets',
  'dataset',
  'sample',
  'compare',
  'models',
  'model',
  'try',
  'encoders',
  'prediction',
  'predictions',
  'experiments',
  'new-experiment',
  'experiment',
  'access',
];

/**
 * Who may import whom: docs/layout.md as a table. A folder stands for everything below it; the longest entry that fits a
 * file is its own, so a file may have more rights than its folder.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src'],
  'src/app.ts': ['src'],
  'src/open-tasks.ts': ['src'],
  'src/open-services.ts': ['src'],
  'src/serve.ts': ['src'],
  'src/work.ts': ['src'],
  'src/worker-child.ts': ['src'],
  'src/config.ts': [
    'src/errors',
    'src/config-limits.ts',
    'src/config-settings.ts',
    // A list of names.
    'src/ml/runtime/device.ts',
  ],
  'src/config-limits.ts': ['src/config-settings.ts'],
  'src/config-settings.ts': ['src/errors'],
  'src/start-problem.ts': ['src/config.ts', 'src/errors'],
  'src/logger.ts': ['src/config.ts'],
  'src/errors': [],
  'src/db': ['src/errors'],
  'src/storage': ['src/errors'],
  'src/tables': ['src/errors'],
  'src/archives': ['src/errors'],
  'src/hub': ['src/errors'],
  'src/ml': ['src/errors'],
  'src/services': [
    'src/errors',
    'src/config.ts',
    'src/db',
    'src/storage',
    'src/tables',
    'src/archives',
    'src/hub',
    'src/ml',
    // The queue's port, none of its machinery.
    'src/jobs/task.ts',
    'src/jobs/enqueue.ts',
    'src/jobs/end-job.ts',
    'src/jobs/registry.ts',
    'src/jobs/permanent-error.ts',
  ],
  'src/jobs': ['src/errors', 'src/db', 'src/services'],
  'src/schema': ['src/errors'],
  'src/schema/emit.ts': ['src/resolvers/build-schema.ts'],
  'src/resolvers': ['src/errors', 'src/schema', 'src/services', 'src/db'],
  'src/http': [
    'src/errors',
    'src/config.ts',
    'src/config-limits.ts',
    'src/logger.ts',
    'src/schema',
    'src/resolvers',
    'src/services',
    'src/db',
    'src/storage',
  ],
  'src/demo': ['src/errors', 'src/services', 'src/ml'],
  'src/demo/serve-demo.ts': ['src'],
  // In the browser: nothing of the program, and no page of another.
  'web/src/main.tsx': ['web/src/app'],
  'web/src/app': ['web/src/api', 'web/src/parts', 'web/src/pages'],
  'web/src/api': [],
  'web/src/parts': ['web/src/api'],
  ...Object.fromEntries(
    PAGES.map((page) => [`web/src/pages/${page}`, ['web/src/api', 'web/src/parts']]),
  ),
};

/** The only doors to the libraries that everything else would otherwise depend on. */
const DOORS: readonly { library: RegExp; doors: readonly string[] }[] = [
  { library: /^(@prisma\/|prisma(\/|$)|src\/db\/generated)/, doors: ['src/db'] },
  { library: /^onnxruntime-node(\/|$)/, doors: ['src/ml/runtime'] },
  { library: /^hyparquet/, doors: ['src/tables'] },
  {
    // The first has types only, of the package that tests use; the second loads what users install.
    library: /^@tensorflow\//,
    doors: ['src/ml/tensorflow/tensorflow.ts', 'src/ml/tensorflow/load-tensorflow.ts'],
  },
  {
    // The demo only encodes its own drawings, before anything runs: no stranger's image reaches it.
    library: /^sharp(\/|$)/,
    doors: ['src/ml/image', 'src/ml/processes/image.process.ts', 'src/demo/write-scenes.ts'],
  },
  { library: /^graphile-worker(\/|$)/, doors: ['src/jobs', 'src/db/migrate.ts'] },
  { library: /^(pg|pg-[a-z-]+)$/, doors: ['src/db', 'src/jobs'] },
];

/** @returns one sentence for each violation */
export function violations(files: readonly SourceFile[]): string[] {
  return [...directionViolations(files), ...doorViolations(files), ...cycles(files)];
}

function directionViolations(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const file of files) {
    const own = entryOf(file.path);
    if (own === undefined) {
      found.push(`${file.path} is in no folder of docs/layout.md`);
      continue;
    }
    const folder = own.endsWith('.ts') ? own.slice(0, own.lastIndexOf('/')) : own;
    const allowed = [...MAY_IMPORT[own]!, own, ...(folder === 'src' ? [] : [folder])];
    const inherited = MAY_IMPORT[folder] ?? [];
    for (const { target } of file.imports) {
      if (!/^(src|web)\//.test(target)) continue;
      if ([...allowed, ...inherited].some((entry) => isBelow(target, entry))) continue;
      found.push(`${file.path} must not import ${target}`);
    }
  }
  return found;
}

function doorViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ target }) =>
      DOORS.filter(
        ({ library, doors }) =>
          library.test(target) && !doors.some((door) => isBelow(file.path, door)),
      ).map(({ doors }) => `${file.path} must not import ${target}: only ${doors.join(', ')} may`),
    ),
  );
}

/** Cycles that remain after compilation; types may refer to each other. */
function cycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports.filter((entry) => !entry.type).map((entry) => entry.target),
    ]),
  );
  const found = new Map<string, string>();
  const state = new Map<string, 'open' | 'done'>();
  const visit = (path: string, trail: string[]): void => {
    if (state.get(path) === 'done' || !edges.has(path)) return;
    if (state.get(path) === 'open') {
      const cycle = trail.slice(trail.indexOf(path));
      found.set([...cycle].sort().join(), `import cycle: ${[...cycle, path].join(' → ')}`);
      return;
    }
    state.set(path, 'open');
    for (const next of edges.get(path)!) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of edges.keys()) visit(path, []);
  return [...found.values()];
}

function entryOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((entry) => isBelow(path, entry))
    .sort((a, b) => b.length - a.length)[0];
}

function isBelow(path: string, entry: string): boolean {
  return path === entry || path.startsWith(`${entry}/`);
}
