import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';

/** @param fraction 0.5 for the median, 0.95 for p95; the nearest value at or above */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}

/** Writes one bench's figures with the machine that they were measured on. */
export async function writeResult(name: string, result: Record<string, unknown>): Promise<void> {
  const directory = path.join(import.meta.dirname, 'results');
  const { version } = JSON.parse(
    await readFile(path.join(import.meta.dirname, '../package.json'), 'utf8'),
  ) as { version: string };
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, `${name}.json`);
  await writeFile(
    file,
    `${JSON.stringify({ bench: name, clipwright: version, date: new Date().toISOString().slice(0, 10), machine, result }, null, 2)}\n`,
  );
  console.log(JSON.stringify(result, null, 2));
  console.log(`written to ${path.relative(process.cwd(), file)}`);
}
