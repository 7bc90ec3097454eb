import { ClipwrightError } from '../../errors/clipwright-error.js';
import { ChildLink } from './child-link.js';
import type { PoolRequest } from './pool-request.js';
import type { ProcessPoolOptions } from './process-pool.js';
import type { ChildMessage } from './process-protocol.js';
import { residentMemory } from './resident-memory.js';
import { deserializeError } from './serialized-error.js';

export interface PoolChildEvents {
  onReady(): void;
  /** It has answered something and may take more. */
  onFree(): void;
  /** It is gone; `lost` is what it had not answered and what still waits for an answer. */
  onEnd(child: PoolChild, lost: PoolRequest[], how: string): void;
}

const MEMORY_CHECK_MS = 250;
const END_GRACE_MS = 2_000;

/** One child of a pool and the requests it works on; its states are described in process-pool.ts. */
export class PoolChild {
  state: 'starting' | 'ready' | 'draining' | 'ended' = 'starting';
  /** True from a start that failed. */
  neverReady = true;
  readonly #link: ChildLink;
  readonly #running = new Map<number, PoolRequest>();
  readonly #startTimer: NodeJS.Timeout;
  #memoryTimer: NodeJS.Timeout | undefined;
  #cause: string | undefined;

  constructor(
    private readonly options: ProcessPoolOptions,
    private readonly events: PoolChildEvents,
  ) {
    const program = {
      entry: options.entry,
      settings: { nice: options.nice ?? 10, settings: options.settings ?? null },
      execArgv: options.execArgv ?? [],
      env: options.env ?? {},
    };
    this.#link = new ChildLink(program, {
      onMessage: (message) => this.#receive(message),
      onExit: (how, stderrTail) => this.#exited(how, stderrTail),
    });
    this.#startTimer = setTimeout(() => this.#link.kill(), options.startTimeoutMs ?? 30_000);
  }

  get pid(): number | undefined {
    return this.#link.pid;
  }

  get load(): number {
    return this.#running.size;
  }

  accepts(limit: number): boolean {
    if (this.state !== 'ready' || this.load >= limit) return false;
    for (const request of this.#running.values()) if (request.isolated) return false;
    return true;
  }

  running(): PoolRequest[] {
    return [...this.#running.values()];
  }

  run(request: PoolRequest): void {
    const { id, method, payload, options } = request;
    this.#running.set(id, request);
    const timeoutMs = options.timeoutMs === undefined ? this.options.timeoutMs : options.timeoutMs;
    if (timeoutMs !== null) {
      request.timer = setTimeout(() => this.#timedOut(request, timeoutMs), timeoutMs);
    }
    this.#link.send({ kind: 'request', id, method, payload });
    this.#watchMemory();
  }

  /** Tells the child; it keeps its place until it answers, or is killed where it does not. */
  abort(request: PoolRequest): void {
    if (this.#running.get(request.id) !== request) return;
    this.#link.send({ kind: 'abort', id: request.id });
    clearTimeout(request.timer);
    request.timer = setTimeout(() => this.#link.kill(), this.options.abortGraceMs ?? 5_000);
  }

  async end(): Promise<void> {
    this.state = 'draining';
    await this.#link.end(END_GRACE_MS);
  }

  #receive(message: ChildMessage): void {
    if (message.kind === 'ready') {
      clearTimeout(this.#startTimer);
      this.neverReady = false;
      if (this.state === 'starting') this.state = 'ready';
      this.events.onReady();
      return;
    }
    const request = this.#running.get(message.id);
    if (!request) return;
    if (message.kind === 'event') {
      if (!request.isSettled) request.options.onEvent?.(message.event);
      return;
    }
    this.#running.delete(message.id);
    clearTimeout(request.timer);
    if (message.kind === 'result') request.resolve(message.value);
    else request.reject(deserializeError(message.error));
    this.#recycleIfGrown(message.rssBytes);
    this.events.onFree();
  }

  #recycleIfGrown(rssBytes: number): void {
    const { recycleBytes = Number.POSITIVE_INFINITY } = this.options;
    const limit = typeof recycleBytes === 'number' ? recycleBytes : recycleBytes();
    if (this.state === 'ready' && rssBytes > limit) {
      this.state = 'draining';
    }
    if (this.state === 'draining' && this.load === 0) void this.end();
  }

  #timedOut(request: PoolRequest, timeoutMs: number): void {
    request.reject(
      new ClipwrightError(
        'PROCESS_TIMEOUT',
        `the ${this.options.name} process did not answer within ${timeoutMs} ms`,
      ),
    );
    this.#link.kill();
  }

  #watchMemory(): void {
    const { killBytes } = this.options;
    if (killBytes === undefined || this.#memoryTimer) return;
    this.#memoryTimer = setInterval(() => {
      if (this.load === 0) {
        clearInterval(this.#memoryTimer);
        this.#memoryTimer = undefined;
      } else if (this.pid !== undefined && (residentMemory(this.pid) ?? 0) > killBytes) {
        this.#cause = `as it had grown beyond ${killBytes} bytes`;
        this.#link.kill();
      }
    }, MEMORY_CHECK_MS);
  }

  #exited(how: string, stderrTail: string): void {
    this.state = 'ended';
    clearTimeout(this.#startTimer);
    clearInterval(this.#memoryTimer);
    const lost = this.running().filter((request) => !request.isSettled);
    for (const request of this.#running.values()) clearTimeout(request.timer);
    this.#running.clear();
    const lastWords = stderrTail.trim().split('\n').at(-1)?.slice(0, 300);
    this.events.onEnd(this, lost, this.#cause ?? (lastWords ? `${how} (${lastWords})` : how));
  }
}
