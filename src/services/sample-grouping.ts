import type { KeepTogether } from './import-input.js';

/** Numbers the samples that must not be parted; a sample without the image or caption in question is alone. */
export class SampleGrouping {
  readonly #known = new Map<string, number>();
  readonly #numbers: number[] = [];
  #next = 0;

  constructor(private readonly keepTogether: KeepTogether) {}

  add({ imageSha256, caption }: { imageSha256: Buffer | null; caption: string | null }): void {
    if (this.keepTogether === 'NOTHING') return;
    const shared =
      this.keepTogether === 'SAME_IMAGE' ? imageSha256?.toString('latin1') : caption?.trim();
    const known = shared ? this.#known.get(shared) : undefined;
    const number = known ?? this.#next++;
    if (shared) this.#known.set(shared, number);
    this.#numbers.push(number);
  }

  /** `[N]`, where samples are to be kept together. */
  get groups(): Int32Array | undefined {
    return this.keepTogether === 'NOTHING' ? undefined : Int32Array.from(this.#numbers);
  }
}
