import { readFileSync } from 'node:fs';

export interface TorchFixture {
  losses: {
    logits: number[];
    targets: number[];
    weights: number[];
    cases: {
      config: { kind: string; positiveWeights?: boolean };
      each: number[];
      gradient: number[];
    }[];
  };
  activations: { points: number[] } & Record<
    'GELU' | 'RELU' | 'SILU',
    { values: number[]; gradient: number[] }
  >;
  layerNorm: Record<'x' | 'scale' | 'shift' | 'values' | 'gradient', number[]>;
  adamw: {
    weightDecay: number;
    rates: number[];
    start: number[];
    gradients: number[][];
    after: number[][];
  }[];
  run: {
    image: number[];
    text: number[];
    targets: number[];
    start: Record<string, { shape: number[]; values: number[] }>;
    batches: number[][];
    losses: number[];
    final: Record<string, number[]>;
  };
}

export interface OptimizerFixture {
  start: number[];
  rates: number[];
  gradients: number[][];
  cases: { config: { kind: string; weightDecay: number }; after: number[][] }[];
  /** For a learning rate of 2. */
  schedules: {
    options: { schedule: string };
    epochs: number;
    stepsPerEpoch: number;
    rates: number[];
  }[];
  /** Of two parameters, `[2, 3]` and `[4]`. */
  clipping: { maxNorm: number; before: number[][]; after: number[][] }[];
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/torch/${name}`, import.meta.url), 'utf8'));

/** Recorded by tools/fixtures/torch_training.py. */
export const torchFixture = read('training.json') as TorchFixture;

/** Recorded by tools/fixtures/torch_optimizers.py. */
export const optimizerFixture = read('optimizers.json') as OptimizerFixture;
