import type { Options } from '../options.js';
import type { StepPosition } from '../schedules/schedule.js';
import { SCHEDULES } from '../schedules/table.js';
import type { ConfigOf } from '../variant.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { lion } from './lion.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** Every optimizer by its name in the API. */
export const OPTIMIZERS = { ADAMW: adamw, SGD: sgd, ADAM: adam, LION: lion } as const;
export type OptimizerKind = keyof typeof OPTIMIZERS;
export type OptimizerConfig = ConfigOf<typeof OPTIMIZERS>;

export function optimizerOf(config: OptimizerConfig): Optimizer<Options, string, string> {
  return OPTIMIZERS[config.kind];
}

export function learningRateAt(config: OptimizerConfig, position: StepPosition): number {
  return config.learningRate * SCHEDULES[config.schedule](position, config);
}
