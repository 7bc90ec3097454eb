import { setTimeout as sleep } from 'node:timers/promises';
import type { JobLogger } from './job-logger.js';

/** Does a piece of what other workers' jobs have to do. @returns false where there was none */
export type Help = (workerId: string, signal: AbortSignal) => Promise<boolean>;

/** After a piece that failed, others have time to take the next. */
const PAUSE_AFTER_FAILURE_MS = 10_000;

/** Helps for as long as the worker lives, a piece at a time; resolves after it was told to stop. */
export async function helpOthers(options: {
  help: Help;
  workerId: string;
  logger: JobLogger;
  /** How often an idle helper looks for something to do. */
  pollMs: number;
  stopping: AbortSignal;
}): Promise<void> {
  const { help, workerId, logger, pollMs, stopping } = options;
  while (!stopping.aborted) {
    let pauseMs = 0;
    try {
      if (!(await help(workerId, stopping))) pauseMs = pollMs;
    } catch (error) {
      logger.warn({ worker: workerId, err: error }, 'helping another job failed');
      pauseMs = PAUSE_AFTER_FAILURE_MS;
    }
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
  }
}
