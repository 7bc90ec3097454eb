/** Lets several small images be decoded at a time but large ones one after another, so that memory stays bounded. */
export class PixelBudget {
  #free: number;
  readonly #waiting: { pixels: number; start: () => void }[] = [];

  constructor(private readonly capacity: number) {
    this.#free = capacity;
  }

  async run<T>(pixels: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(pixels, this.capacity);
    await this.#take(taken);
    try {
      return await work();
    } finally {
      this.#free += taken;
      this.#admit();
    }
  }

  #take(pixels: number): Promise<void> {
    return new Promise((start) => {
      this.#waiting.push({ pixels, start });
      this.#admit();
    });
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (!next || next.pixels > this.#free) return;
      this.#waiting.shift();
      this.#free -= next.pixels;
      next.start();
    }
  }
}
