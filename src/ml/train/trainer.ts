import type { TensorData } from '../graph/dtype.js';
import { AVERAGE } from '../nn/optimizers/averages.js';
import type { Tensors } from '../runtime/session.js';
import { DivergedError } from './diverged.js';
import type { Engine, EngineOptions, StepRunner } from './engine.js';
import { initialState } from './initial-state.js';
import { type FeedSource, type Stretch, stepFeeds } from './step-feeds.js';
import { slotName } from './train-step.js';

/** Dropout masks of one run: one byte an activation. */
const MASK_BYTES = 32 * 2 ** 20;

export interface TrainerOptions extends FeedSource, EngineOptions {
  readonly engine: Engine;
}

/** Feeds the training step, which an engine repeats. Opened once, closed by whoever opened it. */
export class Trainer {
  private constructor(
    private readonly options: TrainerOptions,
    private readonly runner: StepRunner,
  ) {}

  /** `state`: parameters and optimizer slots to go on from; drawn from the generator if left out. */
  static async open(options: TrainerOptions, state?: Record<string, TensorData>): Promise<Trainer> {
    const start = state ?? initialState(options.step, options.rng);
    return new Trainer(options, await options.engine.openStep(options.step, start, options));
  }

  /** Parameters and optimizer slots by name. */
  state(): Promise<Tensors> {
    return this.runner.state();
  }

  /** What is evaluated and kept, by the parameters' names: their averages where the optimizer has them. */
  async weights(): Promise<Tensors> {
    const state = await this.state();
    const { parameters, statistics } = this.options.step;
    const names = [...parameters, ...statistics].map(({ name }) => name);
    const weight = (name: string) => state[slotName(name, AVERAGE)] ?? state[name]!;
    return Object.fromEntries(names.map((name) => [name, weight(name)]));
  }

  get batchSize(): number {
    return this.options.step.batchSize;
  }

  /** The most steps one run may take, so that its dropout masks fit into memory. */
  get stepLimit(): number {
    const { masks, batchSize } = this.options.step;
    const bytes = masks.reduce((sum, { width }) => sum + width * batchSize, 1);
    return Math.max(1, Math.floor(MASK_BYTES / bytes));
  }

  /** The losses see only updates before the last: this looks at what that one left. */
  async checkFinite(epoch: number): Promise<void> {
    for (const [name, { data }] of Object.entries(await this.state())) {
      if (!allFinite(data as Float32Array)) {
        throw new DivergedError(epoch, null, `parameter \`${name}\``);
      }
    }
  }

  /** `samples`: what `shared` lacks of them. Returns each step's loss, taken before its update. */
  async run(stretch: Stretch, samples: Tensors = {}): Promise<Float32Array> {
    return this.runner.run({ ...samples, ...stepFeeds(this.options, stretch) });
  }

  async close(): Promise<void> {
    await this.runner.close();
  }
}

/** A sum is finite only if every term is; float32 terms cannot overflow a float64 sum. */
function allFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return Number.isFinite(sum);
}
