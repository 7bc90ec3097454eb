import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const MAIN = path.resolve(import.meta.dirname, '../../src/main.ts');

test.each(['serve --help', 'worker --id', 'worker one two', 'demo --exit now', 'sevre'])(
  'refuses `%s` in a sentence',
  (line) => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', MAIN, ...line.split(' ')],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe(
      `clipwright: expected \`serve\`, \`worker [id]\` or \`demo [--exit]\` but received \`${line}\`\n`,
    );
    expect(stdout).toBe('');
    expect(status).toBe(1);
  },
);
