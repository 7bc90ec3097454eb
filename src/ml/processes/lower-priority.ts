import { readdirSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * Makes this process nicer by `nice`, so that the API stays responsive while all cores compute. Linux keeps niceness by
 * thread: those that Node has started already are lowered one by one, later ones inherit it. Also offers this process
 * first when the kernel runs out of memory.
 */
export function lowerPriority(nice: number): void {
  const target = Math.min(getPriority() + nice, 19);
  for (const thread of threadIds()) {
    try {
      setPriority(thread, target);
    } catch {
      // A thread may have ended since it was listed; a system may refuse. Either way the work goes on.
    }
  }
  if (process.platform === 'linux') {
    try {
      writeFileSync('/proc/self/oom_score_adj', '500');
    } catch {
      // Not allowed in some sandboxes, and only a preference.
    }
  }
}

function threadIds(): number[] {
  if (process.platform !== 'linux') return [0];
  return readdirSync('/proc/self/task').map(Number);
}
