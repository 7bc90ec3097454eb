import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newWorkerId } from './jobs/worker.js';
import type { Logger } from './logger.js';

export interface WorkerChildOptions {
  /** its settings, such as from `environmentOf` */
  environment: Readonly<Record<string, string | undefined>>;
  logger: Logger;
  /** hands back the jobs of a worker that has died */
  release(workerId: string): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** A worker that lived this long was no failed start. */
const LIVED_MS = 10_000;
const STOP_GRACE_MS = 10_000;

/**
 * The worker that runs beside the server, in a process of its own.
 *
 *   running ──dies──▶ its jobs are handed back ──after a pause──▶ running …
 *   any ──stop()──▶ stopped
 */
export class WorkerChild {
  #child: ChildProcess | undefined;
  #stopped = false;
  #supervision: Promise<void>;

  constructor(private readonly options: WorkerChildOptions) {
    this.#supervision = this.#supervise();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child?.kill('SIGTERM');
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_GRACE_MS);
    await this.#supervision;
    clearTimeout(timer);
  }

  async #supervise(): Promise<void> {
    const { logger, release } = this.options;
    let pause = FIRST_PAUSE_MS;
    while (!this.#stopped) {
      const started = performance.now();
      const id = newWorkerId();
      const how = await this.#run(id);
      if (this.#stopped) return;
      logger.error({ worker: id, how }, 'the worker died; starting another');
      await release(id).catch((error) =>
        // Whoever sweeps next does it.
        logger.warn({ err: error, worker: id }, 'its jobs could not be handed back yet'),
      );
      pause =
        performance.now() - started > LIVED_MS
          ? FIRST_PAUSE_MS
          : Math.min(2 * pause, LONGEST_PAUSE_MS);
      await sleep(pause);
    }
  }

  /** @returns how it ended, for people */
  #run(id: string): Promise<string> {
    return new Promise((resolve) => {
      const main = fileURLToPath(new URL('./main.js', import.meta.url));
      const child = fork(main, ['worker', id], {
        // Beside its settings what the system gives every program, such as PATH.
        env: { ...process.env, ...this.options.environment },
      });
      this.#child = child;
      child.once('exit', (code, signal) => resolve(signal ? `by ${signal}` : `with code ${code}`));
      child.once('error', (error) => {
        if (child.pid === undefined) resolve(error.message);
      });
    });
  }
}
