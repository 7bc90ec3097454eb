import { readFileSync } from 'node:fs';
import { processTree } from '../test/e2e/kill-trials/process-tree.js';

/**
 * Watches the proportional set size (PSS: shared pages counted once over those that share them) of a process and all its
 * descendants, PostgreSQL included. Linux only.
 */
export class MemoryWatch {
  peakBytes = 0;
  /** what the peak consisted of, MiB by process */
  atPeak: Record<string, number> = {};
  readonly #timer: NodeJS.Timeout;

  constructor(root: number, everyMs = 200) {
    this.#timer = setInterval(() => this.#look(root), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(root: number): void {
    let total = 0;
    const parts: Record<string, number> = {};
    for (const { pid, name } of processTree(root)) {
      const bytes = pssOf(pid);
      total += bytes;
      parts[`${name} (${pid})`] = Math.round(bytes / 2 ** 20);
    }
    if (total <= this.peakBytes) return;
    this.peakBytes = total;
    this.atPeak = parts;
  }
}

/** In bytes; 0 for a process that has ended. */
export function pssOf(pid: number): number {
  try {
    return (
      Number(
        /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0,
      ) * 1024
    );
  } catch {
    return 0; // it has ended meanwhile
  }
}
