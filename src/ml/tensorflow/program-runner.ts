import type { Graph } from '../graph/graph.js';
import type { Tensors } from '../runtime/session.js';
import type { GraphRunner } from '../train/engine.js';
import { makeProgram, type Program } from './program.js';
import type { Tensor, TensorFlow } from './tensorflow.js';
import { fromTensors, toTensors } from './tensors.js';

export class ProgramRunner implements GraphRunner {
  readonly #program: Program;
  readonly #shared: Record<string, Tensor>;

  constructor(
    private readonly tf: TensorFlow,
    graph: Graph,
    shared: Tensors,
  ) {
    this.#program = makeProgram(tf, graph);
    this.#shared = toTensors(tf, shared);
  }

  async run(feeds: Tensors): Promise<Tensors> {
    const outputs = this.tf.tidy(() =>
      this.#program({ ...this.#shared, ...toTensors(this.tf, feeds) }),
    );
    try {
      return fromTensors(outputs);
    } finally {
      this.tf.dispose(outputs);
    }
  }

  async close(): Promise<void> {
    this.tf.dispose(this.#shared);
  }
}
