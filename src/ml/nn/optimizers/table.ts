import type { Options } from '../options.js';
import type { StepPosition } from '../schedules/schedule.js';
import { SCHEDULES } from '../schedules/table.js';
import type { ConfigOf } from '../variant.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { withAverages } from './averages.js';
import { lbfgs } from './lbfgs.js';
import { lion } from './lion.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** Those that take steps on batches. */
export const STEP_OPTIMIZERS = { ADAMW: adamw, SGD: sgd, ADAM: adam, LION: lion } as const;
export type StepOptimizerConfig = ConfigOf<typeof STEP_OPTIMIZERS>;

/** Every optimizer by its name in the API. */
export const OPTIMIZERS = { ...STEP_OPTIMIZERS, LBFGS: lbfgs } as const;
export type OptimizerKind = keyof typeof OPTIMIZERS;
export type OptimizerConfig = ConfigOf<typeof OPTIMIZERS>;

/** For what only a training by steps comes to. */
export function stepOptimizer(config: OptimizerConfig): StepOptimizerConfig {
  if (config.kind === 'LBFGS') throw new Error('expected an optimizer that takes steps');
  return config;
}

/** With averages, where the config asks for them. */
export function optimizerOf(config: StepOptimizerConfig): Optimizer<Options, string, string> {
  const optimizer: Optimizer<Options, string, string> = STEP_OPTIMIZERS[config.kind];
  return config.averageDecay > 0 ? withAverages(optimizer, config.averageDecay) : optimizer;
}

export function learningRateAt(config: StepOptimizerConfig, position: StepPosition): number {
  return config.learningRate * SCHEDULES[config.schedule].factor(position, config);
}
