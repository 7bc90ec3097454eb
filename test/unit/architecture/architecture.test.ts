import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { violations } from '../../support/architecture.js';
import { parseSource, readSources } from '../../support/imports.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const sources = [...readSources(ROOT, 'src'), ...readSources(ROOT, 'web/src')];

describe('the sources', () => {
  test('are found, and so are their imports', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap((file) => file.imports).length).toBeGreaterThan(300);
  });

  test('import only in the direction of docs/layout.md, without cycles', () => {
    expect(violations(sources)).toEqual([]);
  });
});

describe('the check of import directions', () => {
  const planted = (file: string, text: string) =>
    violations([...sources, parseSource(file, text)]).filter((line) => line.includes(file));

  test.each([
    ['src/services/planted.ts', "import { x } from '../resolvers/context.js';"],
    ['src/services/planted.ts', "import { x } from '../jobs/worker.js';"],
    ['src/services/planted.ts', "import type { Y } from '../http/server.js';"],
    ['src/ml/nn/planted.ts', "export { Database } from '../../db/database.js';"],
    ['src/errors/planted.ts', "import '../config.js';"],
    ['src/schema/planted.ts', "import { x } from '../db/sql.js';"],
    ['src/db/planted.ts', "const x = await import('../services/start-run.js');"],
    ['src/resolvers/planted.ts', "import type { Run } from '../db/generated/client.js';"],
    ['src/services/planted.ts', "import {\n  PrismaClient,\n} from '@prisma/client';"],
    ['src/ml/train/planted.ts', "import * as ort from 'onnxruntime-node';"],
    ['src/ml/tensorflow/planted.ts', "const tf = await import('@tensorflow/tfjs-node');"],
    ['src/ml/clip/planted.ts', "import sharp from 'sharp';"],
    ['src/services/planted.ts', "const pg = require('pg');"],
    ['src/stray/planted.ts', ''],
    ['web/src/parts/planted.tsx', "import { x } from '../app/shell.tsx';"],
    ['web/src/pages/overview/planted.tsx', "import type { x } from '../../../../src/config.js';"],
    ['src/http/planted.ts', "import { x } from '../../web/src/api/client.ts';"],
  ])('fails where %s has %j', (file, text) => {
    expect(planted(file, text)).toHaveLength(1);
  });

  test('fails for a cycle and names its files', () => {
    const found = violations([
      parseSource('src/tables/a.ts', "import { b } from './b.js';"),
      parseSource('src/tables/b.ts', "import { c } from './c.js';"),
      parseSource('src/tables/c.ts', "import { a } from './a.js';"),
    ]);
    expect(found).toEqual([
      'import cycle: src/tables/a.ts → src/tables/b.ts → src/tables/c.ts → src/tables/a.ts',
    ]);
  });

  test('lets types refer to each other, and comments say anything', () => {
    const found = violations([
      parseSource('src/tables/a.ts', "import type { B } from './b.js';"),
      parseSource(
        'src/tables/b.ts',
        "import type { A } from './a.js';\n// import '../http/server.js';",
      ),
    ]);
    expect(found).toEqual([]);
  });
});
