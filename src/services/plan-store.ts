import { mkdir, readFile } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { EmbeddingPlan } from '../ml/clip/embedding-plan.js';
import { writeWhole } from '../storage/write-whole.js';

/** What a measurement depends on, besides the encoder. Devices other than the CPU are not measured. */
export interface Machine {
  readonly host: string;
  readonly cpu: string;
  /** that the server may use */
  readonly threads: number;
  readonly device: string;
}

export function thisMachine(threads: number): Machine {
  return { host: hostname(), cpu: cpus()[0]?.model ?? 'unknown', threads, device: 'cpu' };
}

const count = z.number().int().min(1).max(1024);
const entry = z.object({
  machine: z.object({ host: z.string(), cpu: z.string(), threads: count, device: z.string() }),
  revision: z.string(),
  precision: z.string(),
  plan: z.object({ processes: count, threads: count, batch: count }),
});
type Entry = z.infer<typeof entry>;

/** Remembers plans in one file. It can be measured again: an unreadable file is none, and of two writers at once one may win. */
export class PlanStore {
  constructor(
    private readonly file: string,
    private readonly machine: Machine,
  ) {}

  async find(encoder: { revision: string; precision: string }): Promise<EmbeddingPlan | undefined> {
    return (await this.#entries()).find((each) => this.#isOurs(each) && isOf(each, encoder))?.plan;
  }

  /** What this host measured as another machine, with another CPU for example, goes. */
  async keep(encoder: { revision: string; precision: string }, plan: EmbeddingPlan): Promise<void> {
    const others = (await this.#entries()).filter((each) =>
      each.machine.host === this.machine.host ? this.#isOurs(each) && !isOf(each, encoder) : true,
    );
    const { revision, precision } = encoder;
    const entries: Entry[] = [...others, { machine: this.machine, revision, precision, plan }];
    await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
    await writeWhole(this.file, `${JSON.stringify(entries, null, 2)}\n`);
  }

  async #entries(): Promise<Entry[]> {
    try {
      return z.array(entry).parse(JSON.parse(await readFile(this.file, 'utf8')));
    } catch {
      return [];
    }
  }

  #isOurs({ machine }: Entry): boolean {
    const { host, cpu, threads, device } = this.machine;
    return (
      machine.host === host &&
      machine.cpu === cpu &&
      machine.threads === threads &&
      machine.device === device
    );
  }
}

function isOf(each: Entry, encoder: { revision: string; precision: string }): boolean {
  return each.revision === encoder.revision && each.precision === encoder.precision;
}
