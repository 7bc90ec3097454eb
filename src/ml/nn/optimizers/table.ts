import type { Options } from '../options.js';
import type { StepPosition } from '../schedules/schedule.js';
import { SCHEDULES } from '../schedules/table.js';
import type { ConfigOf } from '../variant.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { withAverages } from './averages.js';
import { lion } from './lion.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** Every optimizer by its name in the API. */
export const OPTIMIZERS = { ADAMW: adamw, SGD: sgd, ADAM: adam, LION: lion } as const;
export type OptimizerKind = keyof typeof OPTIMIZERS;
export type OptimizerConfig = ConfigOf<typeof OPTIMIZERS>;

/** With averages, where the config asks for them. */
export function optimizerOf(config: OptimizerConfig): Optimizer<Options, string, string> {
  const optimizer: Optimizer<Options, string, string> = OPTIMIZERS[config.kind];
  return config.averageDecay > 0 ? withAverages(optimizer, config.averageDecay) : optimizer;
}

export function learningRateAt(config: OptimizerConfig, position: StepPosition): number {
  return config.learningRate * SCHEDULES[config.schedule](position, config);
}
