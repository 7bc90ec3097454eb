/** The latest results of work that is worth keeping: each is made once, also where it is asked for twice at a time. */
export class KeptResults<Result> {
  readonly #known = new Map<string, Promise<Result>>();

  constructor(private readonly limit: number) {}

  /** @param key says all that the result is made from. What failed is made again. */
  get(key: string, make: () => Promise<Result>): Promise<Result> {
    const known = this.#known.get(key);
    if (known) return known;
    const result = make();
    this.#known.set(key, result);
    result.catch(() => this.#known.delete(key));
    if (this.#known.size > this.limit) this.#known.delete(this.#known.keys().next().value!);
    return result;
  }
}
