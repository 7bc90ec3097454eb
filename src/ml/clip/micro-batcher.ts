interface Waiting<Input, Output> {
  readonly input: Input;
  resolve(output: Output): void;
  reject(reason: unknown): void;
}

/**
 * Collects single requests into batches without waiting for any: one that finds room starts at once, and those that come
 * while all runs are busy go together in the next.
 */
export class MicroBatcher<Input, Output> {
  readonly #waiting: Waiting<Input, Output>[] = [];
  #running = 0;

  /** `run` gives one output for each input, in order. */
  constructor(
    private readonly run: (inputs: readonly Input[]) => Promise<readonly Output[]>,
    private readonly limits: { readonly batch: number; readonly concurrency: number },
  ) {}

  add(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      // Requests of the same tick make a batch.
      queueMicrotask(() => this.#start());
    });
  }

  #start(): void {
    while (this.#running < this.limits.concurrency && this.#waiting.length > 0) {
      void this.#runBatch(this.#waiting.splice(0, this.limits.batch));
    }
  }

  async #runBatch(batch: readonly Waiting<Input, Output>[]): Promise<void> {
    this.#running += 1;
    try {
      const outputs = await this.run(batch.map(({ input }) => input));
      batch.forEach(({ resolve }, i) => {
        resolve(outputs[i] as Output);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#running -= 1;
      this.#start();
    }
  }
}
