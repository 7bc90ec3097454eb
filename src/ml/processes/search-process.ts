import type { NearPairs, PairSearch } from '../search/near-pairs.js';
import type { FoundVectors, VectorSearch } from '../search/search-vectors.js';
import { processEntry } from './process-entry.js';
import { ProcessPool } from './process-pool.js';
import type { SearchMethods } from './search.methods.js';

const IDLE_MS = 600_000;

/**
 * Searches vectors in a child process, which keeps what it has read: a server that did it itself would answer nobody
 * meanwhile.
 *
 *   without a child ── search ──► with one ── ten idle minutes, or `forget` once nothing runs ──► without a child
 */
export class SearchProcess {
  #pool: ProcessPool<SearchMethods> | null = null;
  #running = 0;
  #isStale = false;
  #idle: NodeJS.Timeout | undefined;

  get pids(): number[] {
    return this.#pool?.pids ?? [];
  }

  search(payload: VectorSearch): Promise<FoundVectors> {
    return this.#request('search', payload);
  }

  /** Takes seconds to a minute: not in the process that somebody searches in. */
  nearPairs(payload: PairSearch): Promise<NearPairs> {
    return this.#request('nearPairs', payload);
  }

  async #request<Name extends keyof SearchMethods>(
    method: Name,
    payload: SearchMethods[Name]['payload'],
  ): Promise<SearchMethods[Name]['result']> {
    clearTimeout(this.#idle);
    this.#pool ??= new ProcessPool<SearchMethods>({
      name: 'search',
      entry: processEntry('search.process', import.meta.url),
      size: 1,
      concurrency: 1,
      timeoutMs: 600_000,
      nice: 5,
      // Beyond what it keeps and what reading a file takes, it has leaked.
      recycleBytes: 2 ** 31,
    });
    this.#running++;
    try {
      return await this.#pool.request(method, payload);
    } finally {
      this.#running--;
      if (this.#running === 0) {
        if (this.#isStale) await this.close();
        else this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
      }
    }
  }

  /** What has been read may be of a file that is gone: its memory is given back. */
  async forget(): Promise<void> {
    if (this.#running > 0) this.#isStale = true;
    else await this.close();
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const pool = this.#pool;
    this.#pool = null;
    this.#isStale = false;
    await pool?.close();
  }
}
