import { cutRows } from '../data/rows.js';
import type { Graph } from '../graph/graph.js';
import type { Tensors } from '../runtime/session.js';
import type { Engine, EngineOptions, GraphRunner } from './engine.js';
import { ROWS_AT_ONCE } from './rows-at-once.js';
import { FEEDS } from './sample-feeds.js';
import type { SampleSource } from './sample-source.js';

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
    private readonly source: SampleSource,
  ) {}

  static async open(
    engine: Engine,
    graph: Graph,
    source: SampleSource,
    options: EngineOptions,
  ): Promise<Evaluator> {
    return new Evaluator(await engine.openGraph(graph, options), source);
  }

  /** `samples`: rows of the dataset. */
  async evaluate(
    samples: Int32Array,
    parameters: Tensors,
    signal?: AbortSignal,
  ): Promise<Evaluation> {
    const { numLabels } = this.source;
    const probs = new Float32Array(samples.length * numLabels);
    const share = 1 / (samples.length * numLabels);
    let loss = 0;
    let from = 0;
    for await (const { feeds, rows } of this.source.windows(cutRows(samples, ROWS_AT_ONCE))) {
      signal?.throwIfAborted();
      const weights = new Float32Array(rows.length).fill(share);
      const outputs = await this.runner.run({
        ...feeds,
        ...parameters,
        [FEEDS.rows]: { dtype: 'int32', shape: [rows.length], data: rows },
        [FEEDS.rowWeights]: { dtype: 'float32', shape: [rows.length, 1], data: weights },
      });
      probs.set(outputs.probs!.data as Float32Array, from * numLabels);
      from += rows.length;
      loss += (outputs.loss!.data as Float32Array)[0]!;
    }
    return { probs, loss };
  }

  async close(): Promise<void> {
    await this.runner.close();
  }
}
