import type { Graph } from '../graph/graph.js';
import type { Tensors } from '../runtime/session.js';
import type { TrainStep } from './train-step.js';

/** As `CLIPWRIGHT_ENGINE` names them. */
export type EngineName = 'onnxruntime' | 'tensorflow';

export interface EngineOptions {
  /** What is the same in every run: features and targets, where all of them are in memory. */
  readonly shared: Tensors;
  /** Of the CPU, where the engine lets them be chosen. */
  readonly threads: number;
}

/** A training step with the state that it hands on from run to run; it may be kept on another device meanwhile. */
export interface StepRunner {
  /** Parameters and optimizer slots by name, as the last run left them. */
  state(): Promise<Tensors>;
  /** `feeds`: what `stepFeeds` gives for some steps, and what `shared` lacks. Returns each step's loss, taken before its update. */
  run(feeds: Tensors): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface GraphRunner {
  /** The graph's outputs by name. */
  run(feeds: Tensors): Promise<Tensors>;
  close(): Promise<void>;
}

/** What computes a training. A run holds the event loop until it is done. Whoever opens a runner closes it. */
export interface Engine {
  /** How long one run should take, for an engine that pays for each; 220 ms if left out. */
  readonly runMilliseconds?: number;
  openStep(step: TrainStep, start: Tensors, options: EngineOptions): Promise<StepRunner>;
  openGraph(graph: Graph, options: EngineOptions): Promise<GraphRunner>;
}
