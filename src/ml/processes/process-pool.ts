import { ClipwrightError } from '../../errors/clipwright-error.js';
import { PoolChild } from './pool-child.js';
import { PoolRequest, type RequestOptions } from './pool-request.js';
import type { ProcessEntry } from './process-entry.js';
import type { ProcessMethods } from './process-protocol.js';

/*
 * A supervised pool of child processes.
 *
 * The pool:    open ── close() ──► closed.
 * A child:     starting ─ready─► ready ─grown─► draining ─idle─► ended
 *                  └──────────────┴── exit, kill ──┴──────────► ended
 *              Children start when there is work for them. One that has grown past `recycleBytes` takes nothing new,
 *              answers what it has, and ends; another takes its place at once.
 * A request:   waiting ─► running ─► settled
 *                 ▲          │
 *                 └─ death ──┘  The first time a child dies under it, it goes back to the front, to run alone. The second
 *                               time, it fails: so what kills processes costs only itself.
 *              Time-out: it fails, and its child is killed; the neighbours on that child wait again.
 *              Abort: it fails at once; a child that does not let go of it within `abortGraceMs` is killed.
 */
export interface ProcessPoolOptions {
  /** For messages: 'image', 'infer', 'train'. */
  readonly name: string;
  readonly entry: ProcessEntry;
  readonly size: number;
  /** Requests that one child works on at a time. */
  readonly concurrency: number;
  /** Null: no limit. */
  readonly timeoutMs: number | null;
  /** Default 1; 0 where a caller has retries of its own. */
  readonly retries?: number;
  /** Default 10. */
  readonly nice?: number;
  /** Structured data for the child; it must survive JSON. */
  readonly settings?: unknown;
  /** Node's own flags for the child. */
  readonly execArgv?: readonly string[];
  /** Added to the parent's environment, from which secrets are left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** Resident bytes above which a child is replaced when it has answered; a function where that is not known at first. */
  readonly recycleBytes?: number | (() => number);
  /** Resident bytes above which a child is killed in the middle of its work. */
  readonly killBytes?: number;
  /** Default 5,000. */
  readonly abortGraceMs?: number;
  /** Default 30,000. */
  readonly startTimeoutMs?: number;
}

/** After so many children in a row that never became ready, what waits is failed and not tried for ever. */
const MAX_FAILED_STARTS = 3;

export class ProcessPool<Methods extends ProcessMethods> {
  readonly #waiting: PoolRequest[] = [];
  readonly #children = new Set<PoolChild>();
  readonly #retries: number;
  #nextId = 1;
  #failedStarts = 0;
  #isClosed = false;

  constructor(private readonly options: ProcessPoolOptions) {
    this.#retries = options.retries ?? 1;
  }

  /** The children that are alive, for supervision and tests. */
  get pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  request<Name extends keyof Methods & string>(
    method: Name,
    payload: Methods[Name]['payload'],
    options: RequestOptions<Methods[Name]['event']> = {},
  ): Promise<Methods[Name]['result']> {
    if (this.#isClosed) return Promise.reject(this.#closed());
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    const request = new PoolRequest(
      this.#nextId,
      method,
      payload,
      options as RequestOptions<unknown>,
    );
    this.#nextId += 1;
    request.onAbort(() => this.#abort(request));
    this.#enqueue(request);
    this.#dispatch();
    return request.promise as Promise<Methods[Name]['result']>;
  }

  /** Fails what waits or runs, ends the children and resolves when the last has gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const request of this.#waiting.splice(0)) request.reject(this.#closed());
    const children = [...this.#children];
    for (const child of children) {
      for (const request of child.running()) request.reject(this.#closed());
    }
    await Promise.all(children.map((child) => child.end()));
  }

  #enqueue(request: PoolRequest): void {
    const priority = request.options.priority ?? 0;
    const before = this.#waiting.findIndex(
      (other) => !other.isolated && (other.options.priority ?? 0) < priority,
    );
    if (before < 0) this.#waiting.push(request);
    else this.#waiting.splice(before, 0, request);
  }

  #dispatch(): void {
    for (;;) {
      const [request] = this.#waiting;
      if (!request || this.#isClosed) return;
      const child = this.#freeChild(request.isolated);
      if (!child) {
        this.#startChild();
        return;
      }
      this.#waiting.shift();
      child.run(request);
    }
  }

  #freeChild(isIdle: boolean): PoolChild | undefined {
    const limit = isIdle ? 1 : this.options.concurrency;
    let free: PoolChild | undefined;
    for (const child of this.#children) {
      if (!child.accepts(limit)) continue;
      if (!free || child.load < free.load) free = child;
    }
    return free;
  }

  #startChild(): void {
    const states = [...this.#children].map(({ state }) => state);
    const inService = states.filter((state) => state === 'starting' || state === 'ready').length;
    const starting = states.filter((state) => state === 'starting').length;
    const wanted = Math.ceil(this.#waiting.length / this.options.concurrency);
    for (let n = Math.min(this.options.size - inService, wanted - starting); n > 0; n -= 1) {
      this.#children.add(
        new PoolChild(this.options, {
          onReady: () => {
            this.#failedStarts = 0;
            this.#dispatch();
          },
          onFree: () => this.#dispatch(),
          onEnd: (child, lost, how) => this.#childEnded(child, lost, how),
        }),
      );
    }
  }

  #childEnded(child: PoolChild, lost: PoolRequest[], how: string): void {
    this.#children.delete(child);
    for (const request of lost.reverse()) {
      request.deaths += 1;
      if (request.deaths <= (request.options.retries ?? this.#retries) && !this.#isClosed) {
        request.isolated = true;
        this.#waiting.unshift(request);
      } else {
        request.reject(
          new ClipwrightError(
            'PROCESS_DIED',
            `the ${this.options.name} process ended ${how} while it worked on this`,
          ),
        );
      }
    }
    if (child.neverReady && !this.#isClosed) {
      this.#failedStarts += 1;
      if (this.#failedStarts >= MAX_FAILED_STARTS) this.#giveUpStarting(how);
    }
    this.#dispatch();
  }

  #giveUpStarting(how: string): void {
    this.#failedStarts = 0;
    for (const request of this.#waiting.splice(0)) {
      request.reject(
        new ClipwrightError(
          'PROCESS_START_FAILED',
          `the ${this.options.name} process ended ${how} before it was ready`,
        ),
      );
    }
  }

  #abort(request: PoolRequest): void {
    const index = this.#waiting.indexOf(request);
    if (index >= 0) this.#waiting.splice(index, 1);
    for (const child of this.#children) child.abort(request);
    request.reject(request.options.signal?.reason);
  }

  #closed(): ClipwrightError {
    return new ClipwrightError('PROCESS_CLOSED', `the ${this.options.name} process is closed`);
  }
}
