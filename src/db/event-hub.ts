import pg from 'pg';
import { CANCEL_CHANNEL, EVENTS_CHANNEL } from './events.js';
import { WakeUps } from './wake-ups.js';

/** Wake-ups for one topic. `next` is true at a wake-up and false once the subscription or the hub is closed. */
export interface Subscription {
  /** @param withinMs wakes by itself when this has passed */
  next(withinMs?: number): Promise<boolean>;
  close(): void;
}

/** Wake-ups for all topics of a kind, with the ids that they named. */
export interface Watch {
  /** The ids named since the last call, at least one; an empty set means that some may have been missed (the
   *  connection was made again). Null once the watch or the hub is closed. */
  next(): Promise<ReadonlySet<string> | null>;
  close(): void;
}

/** What the subscribers of a topic share. */
interface Topic {
  readonly subscribers: Set<WakeUps>;
  /** Reads since the last wake-up, by the number after which they read. */
  readonly reads: Map<number, Promise<unknown>>;
}

interface Watcher {
  readonly wakeUps: WakeUps;
  ids: Set<string>;
}

/** As many positions of one topic are remembered: followers who keep up share one, stragglers a few. */
const SHARED_READS = 8;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2000;
/** A connection that the network has swallowed says nothing: it is asked this often, and has as long to answer. */
const PROBE_MS = 10_000;

/**
 * The one LISTEN connection of a process, by which it hears of what any process has committed.
 *
 *   connecting ──LISTEN done──▶ listening ──connection lost──▶ waiting ──after a while──▶ connecting
 *        └──────────failed──────────────────────────────────────▲
 *   any ──close()──▶ closed
 *
 * What is notified outside `listening` is lost; therefore each entry into it wakes every subscriber. Topics are
 * `job:<id>`, `run:<id>`, `run-state:<id>`, `experiment:<id>` and `cancel:<id>` (of a job).
 */
export class EventHub {
  readonly #topics = new Map<string, Topic>();
  readonly #watchers = new Map<string, Set<Watcher>>();
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #state: 'connecting' | 'listening' | 'waiting' | 'closed' = 'waiting';
  #closing: Promise<void> | undefined;
  readonly #whenListening: Array<() => void> = [];

  private constructor(
    private readonly url: string,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Connects in the background; whoever must not miss what comes next awaits `listening()`. */
  static open(url: string, options: { onError?: (error: Error) => void } = {}): EventHub {
    const hub = new EventHub(url, options.onError ?? (() => {}));
    void hub.#connect();
    return hub;
  }

  /** Resolves when the connection listens, or the hub is closed. */
  listening(): Promise<void> {
    if (this.#state === 'listening' || this.#state === 'closed') return Promise.resolve();
    return new Promise((resolve) => this.#whenListening.push(resolve));
  }

  get isListening(): boolean {
    return this.#state === 'listening';
  }

  /** How many subscriptions and watches are open. */
  get size(): number {
    let size = 0;
    for (const { subscribers } of this.#topics.values()) size += subscribers.size;
    for (const watchers of this.#watchers.values()) size += watchers.size;
    return size;
  }

  subscribe(topic: string): Subscription {
    const wakeUps = new WakeUps();
    if (this.#state === 'closed') wakeUps.close();
    const entry = this.#topics.get(topic) ?? { subscribers: new Set(), reads: new Map() };
    this.#topics.set(topic, entry);
    const { subscribers } = entry;
    subscribers.add(wakeUps);
    return {
      next: (withinMs) => wakeUps.next(withinMs),
      close: () => {
        wakeUps.close();
        subscribers.delete(wakeUps);
        if (subscribers.size === 0 && this.#topics.get(topic)?.subscribers === subscribers) {
          this.#topics.delete(topic);
        }
      },
    };
  }

  /** @param kind the part of a topic before its colon, such as `run-state` */
  watch(kind: string): Watch {
    const watcher: Watcher = { wakeUps: new WakeUps(), ids: new Set() };
    if (this.#state === 'closed') watcher.wakeUps.close();
    const watchers = this.#watchers.get(kind) ?? new Set();
    this.#watchers.set(kind, watchers);
    watchers.add(watcher);
    return {
      next: async () => {
        if (!(await watcher.wakeUps.next())) return null;
        const { ids } = watcher;
        watcher.ids = new Set();
        return ids;
      },
      close: () => {
        watcher.wakeUps.close();
        watchers.delete(watcher);
        if (watchers.size === 0 && this.#watchers.get(kind) === watchers)
          this.#watchers.delete(kind);
      },
    };
  }

  /**
   * Reads a topic's events after a number, once for all subscribers who ask for the same between two wake-ups: a
   * thousand followers of one run cost as many statements as one.
   */
  read<T>(topic: string, after: number, read: () => Promise<T>): Promise<T> {
    const reads = this.#topics.get(topic)?.reads;
    // Outside `listening` nobody says that an answer is out of date.
    if (!reads || this.#state !== 'listening') return read();
    const known = reads.get(after);
    if (known) return known as Promise<T>;
    const answer = read();
    reads.set(after, answer);
    answer.catch(() => {
      if (reads.get(after) === answer) reads.delete(after);
    });
    if (reads.size > SHARED_READS) reads.delete(reads.keys().next().value!);
    return answer;
  }

  /** Ends every subscription and the connection. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    for (const { subscribers } of this.#topics.values()) for (const one of subscribers) one.close();
    for (const watchers of this.#watchers.values())
      for (const { wakeUps } of watchers) wakeUps.close();
    this.#topics.clear();
    this.#watchers.clear();
    for (const resolve of this.#whenListening.splice(0)) resolve();
    await this.#client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    this.#state = 'connecting';
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'clipwright events',
      connectionTimeoutMillis: PROBE_MS,
      query_timeout: PROBE_MS,
      keepAlive: true,
    });
    this.#client = client;
    let lost = false;
    const lose = (error: Error) => {
      if (lost) return;
      lost = true;
      client.end().catch(() => {});
      if (this.#client !== client || this.#state === 'closed') return;
      this.#client = undefined;
      this.onError(error);
      this.#retry();
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('Connection terminated')));
    client.on('notification', ({ channel, payload }) => this.#notified(channel, payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${EVENTS_CHANNEL}; listen ${CANCEL_CHANNEL}`);
    } catch (error) {
      return lose(error as Error);
    }
    if (lost || this.#closing) return;
    this.#state = 'listening';
    this.#retryMs = FIRST_RETRY_MS;
    this.#probeLater(client, lose);
    for (const topic of this.#topics.values()) wakeAll(topic);
    for (const watchers of this.#watchers.values())
      for (const { wakeUps } of watchers) wakeUps.wake();
    for (const resolve of this.#whenListening.splice(0)) resolve();
  }

  #retry(): void {
    this.#state = 'waiting';
    clearTimeout(this.#timer);
    const delay = this.#retryMs * (0.5 + Math.random() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    this.#timer = setTimeout(() => void this.#connect(), delay);
  }

  #probeLater(client: pg.Client, lose: (error: Error) => void): void {
    this.#timer = setTimeout(() => {
      client.query('select 1').then(() => {
        if (this.#client === client && this.#state === 'listening') this.#probeLater(client, lose);
      }, lose);
    }, PROBE_MS);
    this.#timer.unref();
  }

  #notified(channel: string, payload: string): void {
    const name = channel === CANCEL_CHANNEL ? `cancel:${payload}` : payload;
    const topic = this.#topics.get(name);
    if (topic) wakeAll(topic);
    const colon = name.indexOf(':');
    const watchers = this.#watchers.get(name.slice(0, colon));
    if (!watchers) return;
    for (const { ids, wakeUps } of watchers) {
      ids.add(name.slice(colon + 1));
      wakeUps.wake();
    }
  }
}

function wakeAll({ subscribers, reads }: Topic): void {
  reads.clear();
  for (const subscriber of subscribers) subscriber.wake();
}
