import { setMaxListeners } from 'node:events';

/** One request from its arrival until it is settled. `settle…` may be called again; only the first call counts. */
export class PoolRequest {
  /** How often a child has died under it. */
  deaths = 0;
  /** After a death it runs alone, so that whoever kills children kills no neighbour. */
  isolated = false;
  timer: NodeJS.Timeout | undefined;
  readonly promise: Promise<unknown>;
  #resolve!: (value: unknown) => void;
  #reject!: (reason: unknown) => void;
  #isSettled = false;
  #onAbort: (() => void) | undefined;

  constructor(
    readonly id: number,
    readonly method: string,
    readonly payload: unknown,
    readonly options: RequestOptions<unknown>,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  onAbort(listener: () => void): void {
    const { signal } = this.options;
    if (!signal) return;
    this.#onAbort = listener;
    // Any number of requests may share it; each takes its listener away when it is settled.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', listener, { once: true });
  }

  resolve(value: unknown): void {
    if (this.#finish()) this.#resolve(value);
  }

  reject(reason: unknown): void {
    if (this.#finish()) this.#reject(reason);
  }

  #finish(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    if (this.#onAbort) this.options.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

export interface RequestOptions<Event> {
  readonly signal?: AbortSignal;
  /** From when a child takes it up. Default: the pool's. Null: no limit. */
  readonly timeoutMs?: number | null;
  /** Higher goes first among those that wait; 0 if left out. */
  readonly priority?: number;
  /** Default: the pool's. */
  readonly retries?: number;
  readonly onEvent?: (event: Event) => void;
}
