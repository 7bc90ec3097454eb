import type { Rng } from '../data/rng.js';
import type { LabelStatistics } from '../nn/losses/label-statistics.js';
import type { Tensors } from '../runtime/session.js';
import type { ModelDimensions } from './model.js';
import type { SampleSource } from './sample-source.js';

/** What an epoch leaves to be written down. */
export interface EpochOutcome {
  readonly trainLoss: number;
  /** Of its last step. */
  readonly learningRate: number;
}

/** What makes the epochs of a run: steps on batches, or the fits of a probe. Whoever opens one closes it. */
export interface EpochSource {
  /** All that the next epoch goes on from, by name; float32. */
  state(): Promise<Tensors>;
  /** What is evaluated and kept, by the parameters' names. */
  weights(): Promise<Tensors>;
  /** `epoch` from 1, each once and in their order. */
  run(epoch: number): Promise<EpochOutcome>;
  close(): Promise<void>;
}

/** What a source stands on, besides the run's own options. */
export interface EpochGround {
  readonly dims: ModelDimensions;
  readonly statistics: LabelStatistics;
  readonly source: SampleSource;
  /** The labels' texts, for a head that needs them. */
  readonly given: Tensors;
  readonly threads: number;
  readonly rng: Rng;
  /** What `state()` gave after an earlier epoch, to go on from. */
  readonly state: Tensors | undefined;
}
