import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What `writeResult` keeps of one bench. */
export interface Result<T> {
  date: string;
  machine: { cpu: string; cores: number; memoryGiB: number; node: string };
  result: T;
}

export function result<T>(name: string): Result<T> {
  return JSON.parse(resultText(`${name}.json`)) as Result<T>;
}

/** null where the bench has not been run yet */
export function optionalResult<T>(name: string): Result<T> | null {
  return existsSync(fileOf(`${name}.json`)) ? result<T>(name) : null;
}

export function resultText(file: string): string {
  return readFileSync(fileOf(file), 'utf8').trimEnd();
}

/** Of the machine and the day, in a line. */
export function provenance({ date, machine }: Result<unknown>): string {
  return `${date}, ${machine.cores} cores ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}`;
}

function fileOf(name: string): string {
  return path.join(import.meta.dirname, 'results', name);
}
