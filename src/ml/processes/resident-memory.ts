import { readFileSync } from 'node:fs';

/** Resident bytes of a process, from /proc; null where that is not there or the process has gone. */
export function residentMemory(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return match ? Number(match[1]) * 1024 : null;
  } catch {
    return null;
  }
}
