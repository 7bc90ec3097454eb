/*
 * Keeps what the demo or the kill trials print, for README.md and docs/benchmarks.md.
 *
 *   npx tsx bench/record.ts demo | kill-trials [arguments of the command]
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const COMMANDS: Record<string, { given: string[]; from: RegExp }> = {
  demo: { given: ['--exit'], from: /^Imported / },
  'kill-trials': { given: [], from: /^seed / },
};

const [name = '', ...given] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command)
  throw new Error(`expected one of ${Object.keys(COMMANDS).join(', ')} but received '${name}'`);
const data = await mkdtemp(path.join(tmpdir(), 'clipwright-record-'));
try {
  const run = path.join(import.meta.dirname, '../scripts/run.mjs');
  const child = spawn(process.execPath, [run, name, ...command.given, ...given], {
    env: { ...process.env, PORT: '0', CLIPWRIGHT_DATA: path.join(data, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let keeping = false;
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    keeping ||= command.from.test(line);
    // Progress is for watching.
    if (keeping && !/ … \d+ %$/.test(line)) lines.push(line.replaceAll(data, '…'));
  }
  if (child.exitCode !== 0 && child.exitCode !== null) {
    throw new Error(`${name} ended with code ${child.exitCode}`);
  }
  const results = path.join(import.meta.dirname, 'results');
  await mkdir(results, { recursive: true });
  await writeFile(path.join(results, `${name}.txt`), `${lines.join('\n')}\n`);
} finally {
  await rm(data, { recursive: true, force: true });
}
