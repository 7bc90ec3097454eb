/**
 * What was opened lately, by key; the one not used for longest is closed when there are too many. Opening happens once
 * however many ask at a time, and is tried again after a failure.
 */
export class SessionCache<Value extends { close(): Promise<void> }> {
  readonly #entries = new Map<string, Promise<Value>>();

  constructor(private readonly capacity: number) {}

  async get(key: string, open: () => Promise<Value>): Promise<Value> {
    const entry = this.#entries.get(key) ?? open();
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    try {
      const value = await entry;
      await this.#closeOldest();
      return value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  async #closeOldest(): Promise<void> {
    while (this.#entries.size > this.capacity) {
      const [oldest] = this.#entries;
      if (!oldest) return;
      this.#entries.delete(oldest[0]);
      await (await oldest[1]).close();
    }
  }
}
