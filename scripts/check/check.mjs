import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../setup/root.mjs';

/**
 * A step is a program of ours and a way to tell from its output how many things it looked at (files, unless `unit` says
 * what else): a step that looked at none has checked nothing, and fails.
 */
const STEPS = [
  {
    name: 'format',
    command: ['node_modules/@biomejs/biome/bin/biome', 'format'],
    count: (output) => Number(/(?:Checked|Formatted) (\d+) files?/.exec(output)?.[1] ?? 0),
  },
  {
    name: 'lint',
    command: ['node_modules/@biomejs/biome/bin/biome', 'lint', '--error-on-warnings'],
    count: (output) => Number(/Checked (\d+) files?/.exec(output)?.[1] ?? 0),
  },
  {
    name: 'types',
    command: ['node_modules/typescript/bin/tsc', '--noEmit', '--listFiles'],
    count: (output) =>
      output.split('\n').filter((line) => line.startsWith(join(ROOT, 'src'))).length,
    hide: (line) => line.startsWith(ROOT) || line.startsWith('/'),
  },
  {
    // Against the operations' types as the set-up has generated them from schema.graphql.
    name: 'types of the dashboard',
    command: ['node_modules/typescript/bin/tsc', '-p', 'web', '--noEmit', '--listFiles'],
    count: (output) =>
      output.split('\n').filter((line) => line.startsWith(join(ROOT, 'web/src'))).length,
    hide: (line) => line.startsWith(ROOT) || line.startsWith('/'),
  },
  {
    name: 'schema.graphql',
    command: ['--import', 'tsx', 'src/schema/emit.ts', '--check'],
    unit: 'lines',
    count: compared,
  },
  {
    name: 'error list',
    command: ['--import', 'tsx', 'scripts/emit-errors.ts', '--check'],
    unit: 'codes',
    count: compared,
  },
  {
    name: 'benchmark tables',
    command: ['--import', 'tsx', 'bench/write-tables.ts', '--check'],
    count: compared,
  },
  {
    name: 'migrations',
    command: ['--import', 'tsx', 'scripts/check/migrations.ts'],
    unit: 'migrations',
    count: compared,
  },
  {
    // Dependency direction among them: test/unit/architecture/architecture.test.ts.
    name: 'unit and ort tests',
    command: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--project', 'ort'],
    count: (output) => Number(/Test Files.*?(\d+) passed/.exec(plain(output))?.[1] ?? 0),
    show: true,
  },
];

/** @returns whether every step passed */
export async function runChecks() {
  let failures = 0;
  for (const step of STEPS) {
    const start = performance.now();
    const { code, output } = await run(step);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const count = step.count(output);
    const passed = code === 0 && count > 0;
    if (!passed) {
      failures += 1;
      if (!step.show) process.stdout.write(`${visible(output, step.hide)}\n`);
      if (code === 0) process.stdout.write(`${step.name} looked at nothing\n`);
    }
    const result = passed ? 'passed' : 'FAILED';
    process.stdout.write(
      `check: ${step.name} ${result} (${seconds} s, ${count} ${step.unit ?? 'files'})\n`,
    );
  }
  process.stdout.write(`check: ${STEPS.length - failures} passed, ${failures} failed\n`);
  return failures === 0;
}

function run(step) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, step.command, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (step.show) process.stdout.write(text);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

function visible(output, hide) {
  const lines = output.split('\n');
  return lines
    .filter((line) => !hide?.(line))
    .join('\n')
    .trim();
}

function compared(output) {
  return Number(/^compared (\d+) /m.exec(output)?.[1] ?? 0);
}

function plain(text) {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
}
