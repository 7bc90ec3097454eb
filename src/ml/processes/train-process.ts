import { ClipwrightError } from '../../errors/clipwright-error.js';
import { processEntry } from './process-entry.js';
import { ProcessPool } from './process-pool.js';
import type { TrainEvent, TrainMethods, TrainPayload, TrainResult } from './train.methods.js';
import { TRAINING_ENVIRONMENT } from './training-environment.js';

/** Training in a child process, one run at a time. A child that dies is replaced once; the next goes on from the checkpoint. */
export class TrainProcess {
  readonly #pool: ProcessPool<TrainMethods>;

  constructor(options: { nice?: number } = {}) {
    this.#pool = new ProcessPool({
      name: 'train',
      entry: processEntry('train.process', import.meta.url),
      size: 1,
      concurrency: 1,
      // A training takes as long as it takes; whoever has enough of it cancels.
      timeoutMs: null,
      // A training leaves its largest arrays behind: the next starts in a fresh process once they are large.
      recycleBytes: 600 * 2 ** 20,
      abortGraceMs: 1_000,
      env: TRAINING_ENVIRONMENT,
      ...(options.nice !== undefined && { nice: options.nice }),
    });
  }

  get pids(): number[] {
    return this.#pool.pids;
  }

  async train(
    payload: TrainPayload,
    options: { signal: AbortSignal; onEvent(event: TrainEvent): void },
  ): Promise<TrainResult> {
    try {
      return await this.#pool.request('train', payload, options);
    } catch (error) {
      throw deathOnDevice(error, payload) ?? error;
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** A driver that takes the process with it leaves no other trace than that the process died. */
function deathOnDevice(error: unknown, { config, device }: TrainPayload): Error | undefined {
  if (!(error instanceof ClipwrightError) || error.code !== 'PROCESS_DIED') return undefined;
  if (device === 'cpu' || config.deterministic) return undefined;
  return new ClipwrightError(
    'PROCESS_DIED',
    `${error.message}; it trained on ${device}: if its driver is the cause, set \`CLIPWRIGHT_DEVICE=cpu\``,
  );
}
