import type { Graph } from '../graph/graph.js';
import type { Tensors } from '../runtime/session.js';
import type { Engine, EngineOptions, GraphRunner } from './engine.js';
import { FEEDS } from './sample-feeds.js';

/** Rows at once: fixed, so that results depend on nothing else. */
const CHUNK = 2048;

export interface Evaluation {
  /** `[samples.length, L]`, in the order of `samples`. */
  readonly probs: Float32Array;
  /** Mean over samples and labels. */
  readonly loss: number;
}

/** Feeds the evaluation graph, which an engine runs. Opened once, closed by whoever opened it. */
export class Evaluator {
  private constructor(
    private readonly runner: GraphRunner,
    private readonly numLabels: number,
  ) {}

  static async open(
    engine: Engine,
    graph: Graph,
    numLabels: number,
    options: EngineOptions,
  ): Promise<Evaluator> {
    return new Evaluator(await engine.openGraph(graph, options), numLabels);
  }

  /** `samples`: rows of the dataset. */
  async evaluate(
    samples: Int32Array,
    parameters: Tensors,
    signal?: AbortSignal,
  ): Promise<Evaluation> {
    const probs = new Float32Array(samples.length * this.numLabels);
    const share = 1 / (samples.length * this.numLabels);
    let loss = 0;
    for (let from = 0; from < samples.length; from += CHUNK) {
      signal?.throwIfAborted();
      const rows = samples.subarray(from, from + CHUNK);
      const weights = new Float32Array(rows.length).fill(share);
      const outputs = await this.runner.run({
        ...parameters,
        [FEEDS.rows]: { dtype: 'int32', shape: [rows.length], data: rows },
        [FEEDS.rowWeights]: { dtype: 'float32', shape: [rows.length, 1], data: weights },
      });
      probs.set(outputs.probs!.data as Float32Array, from * this.numLabels);
      loss += (outputs.loss!.data as Float32Array)[0]!;
    }
    return { probs, loss };
  }

  async close(): Promise<void> {
    await this.runner.close();
  }
}
