import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import type { Rng } from '../src/ml/data/rng.js';
import { TRAINING_ENVIRONMENT } from '../src/ml/processes/training-environment.js';

/** @param fraction 0.5 for the median, 0.95 for p95; the nearest value at or above */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}

/** The median of what rounds gave, with its 95 % interval by resampling the rounds. */
export function medianOfRounds(values: readonly number[], rng: Rng) {
  const medians = Array.from({ length: 2000 }, () =>
    quantile(
      values.map(() => values[rng.below(values.length)]!),
      0.5,
    ),
  );
  return {
    median: quantile(values, 0.5),
    low: quantile(medians, 0.025),
    high: quantile(medians, 0.975),
  };
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

/** Starts this bench once more with the environment of a training process, unless it has it, and ends with it. */
export function asTrainingProcess(): void {
  const { GLIBC_TUNABLES } = TRAINING_ENVIRONMENT;
  if (process.env.GLIBC_TUNABLES === GLIBC_TUNABLES) return;
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, ...TRAINING_ENVIRONMENT },
  });
  process.exit(status ?? 1);
}

/** For a peer at its best: without what slows a current OpenBLAS, and without what was set for us. */
export function peerEnvironment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, GLIBC_TUNABLES, MALLOC_ARENA_MAX, ...rest } =
    process.env;
  return rest;
}
