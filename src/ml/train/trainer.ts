import type { TensorData } from '../graph/dtype.js';
import { AVERAGE } from '../nn/optimizers/averages.js';
import { exportLoop, finalState } from '../onnx/export-loop.js';
import { Session, type Tensors } from '../runtime/session.js';
import { DivergedError } from './diverged.js';
import { initialState } from './initial-state.js';
import { type FeedSource, type Stretch, stepFeeds } from './step-feeds.js';
import { slotName } from './train-step.js';

/** Dropout masks of one run: one byte an activation. */
const MASK_BYTES = 32 * 2 ** 20;

export interface TrainerOptions extends FeedSource {
  /** Features and targets of the whole dataset. */
  readonly shared: Tensors;
  readonly threads: number;
}

/**
 * Holds the training session and the state that it hands on from run to run. Opened once, closed by whoever opened it.
 */
export class Trainer {
  #state: Record<string, TensorData>;

  private constructor(
    private readonly options: TrainerOptions,
    private readonly session: Session,
    state: Record<string, TensorData>,
  ) {
    this.#state = state;
  }

  /** `state`: parameters and optimizer slots to go on from; drawn from the generator if left out. */
  static async open(options: TrainerOptions, state?: Record<string, TensorData>): Promise<Trainer> {
    const start = state ?? initialState(options.step, options.rng);
    const session = await Session.open(exportLoop(options.step.graph), options);
    return new Trainer(options, session, start);
  }

  /** Parameters and optimizer slots by name. */
  get state(): Readonly<Record<string, TensorData>> {
    return this.#state;
  }

  /** What is evaluated and kept, by the parameters' names: their averages where the optimizer has them. */
  get weights(): Record<string, TensorData> {
    const { state } = this;
    const names = this.options.step.parameters.map(({ name }) => name);
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
  checkFinite(epoch: number): void {
    for (const [name, { data }] of Object.entries(this.#state)) {
      if (!allFinite(data as Float32Array)) {
        throw new DivergedError(epoch, null, `parameter \`${name}\``);
      }
    }
  }

  /** Returns each step's loss, taken before its update. */
  async run(stretch: Stretch): Promise<Float32Array> {
    const outputs = await this.session.run({
      ...this.options.shared,
      ...this.#state,
      ...stepFeeds(this.options, stretch),
    });
    const { states } = this.options.step.graph;
    this.#state = Object.fromEntries(states.map((name) => [name, outputs[finalState(name)]!]));
    return outputs.loss!.data as Float32Array;
  }

  async close(): Promise<void> {
    await this.session.close();
  }
}

/** A sum is finite only if every term is; float32 terms cannot overflow a float64 sum. */
function allFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return Number.isFinite(sum);
}
