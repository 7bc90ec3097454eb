import type { Tensors } from '../runtime/session.js';
import type { StepRunner } from '../train/engine.js';
import { ofStep } from '../train/of-step.js';
import { gradientFeed, type TrainStep } from '../train/train-step.js';
import { makeProgram, type Program } from './program.js';
import type { Tensor, TensorFlow } from './tensorflow.js';
import { fromTensors, toTensor, toTensors } from './tensors.js';

type TensorsByName = Readonly<Record<string, Tensor>>;

/**
 * Repeats a training step: forward on TensorFlow.js's tape, gradients by that tape, then the optimizer's update. State and
 * shared feeds stay on the device, and the losses of a run come back together, so that no step waits for the one before.
 */
export class TapeStepRunner implements StepRunner {
  readonly #forward: Program<'loss'>;
  readonly #update: Program;
  readonly #parameters: readonly string[];
  readonly #shared: TensorsByName;
  #state: TensorsByName;
  /** What was read of the state since the last run. */
  #read: Tensors | undefined;

  constructor(
    private readonly tf: TensorFlow,
    private readonly step: TrainStep,
    start: Tensors,
    shared: Tensors,
  ) {
    this.#forward = makeProgram(tf, step.forward);
    this.#update = makeProgram(tf, step.update);
    this.#parameters = step.parameters.map(({ name }) => name);
    this.#shared = toTensors(tf, shared);
    this.#state = toTensors(tf, start);
  }

  async state(): Promise<Tensors> {
    this.#read ??= fromTensors(this.#state);
    return this.#read;
  }

  async run(feeds: Tensors): Promise<Float32Array> {
    const { tf } = this;
    this.#read = undefined;
    const steps = Number(feeds.steps!.data[0]);
    return tf.tidy(() => {
      const window = this.#windowOf(feeds);
      const losses: Tensor[] = [];
      for (let at = 0; at < steps; at++) {
        const { loss, state } = tf.tidy(() =>
          this.#take({ ...window, ...this.#feedsOf(feeds, at) }),
        );
        tf.dispose(this.#state as Record<string, Tensor>);
        for (const tensor of Object.values(state)) tf.keep(tensor);
        this.#state = state;
        losses.push(loss);
      }
      return tf.stack(losses).dataSync<'float32'>();
    });
  }

  async close(): Promise<void> {
    this.tf.dispose({ ...this.#shared, ...this.#state });
  }

  /** Of feeds, what is the same for all steps of the run. */
  #windowOf({ steps: _, ...feeds }: Tensors): TensorsByName {
    const { perStep } = this.step.graph;
    const same = Object.entries(feeds).filter(([name]) => !perStep.includes(name));
    return toTensors(this.tf, Object.fromEntries(same));
  }

  #feedsOf(feeds: Tensors, at: number): TensorsByName {
    const entries = this.step.graph.perStep.map((name) => {
      return [name, toTensor(this.tf, ofStep(feeds[name]!, at))];
    });
    return Object.fromEntries(entries);
  }

  #take(feeds: TensorsByName): { loss: Tensor; state: Record<string, Tensor> } {
    const inputs = { ...this.#shared, ...this.#state, ...feeds };
    const lossOf = (...values: Tensor[]) => {
      const parameters = Object.fromEntries(this.#parameters.map((name, i) => [name, values[i]!]));
      return this.#forward({ ...inputs, ...parameters }).loss;
    };
    const before = this.#parameters.map((name) => this.#state[name]!);
    const { value, grads } = this.tf.valueAndGrads(lossOf)(before);
    const gradients = this.#parameters.map((name, i) => [gradientFeed(name), grads[i]!]);
    return { loss: value, state: this.#update({ ...inputs, ...Object.fromEntries(gradients) }) };
  }
}
