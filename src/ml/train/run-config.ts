import { FUSIONS, type FusionConfig } from '../nn/fusions/table.js';
import { HEADS, type HeadConfig, isUntrained } from '../nn/heads/table.js';
import { LOSSES, type LossConfig } from '../nn/losses/table.js';
import { OPTIMIZERS, type OptimizerConfig } from '../nn/optimizers/table.js';
import { badInput, boolean, integer, number, oneOf, readOption } from '../nn/options.js';
import { refuseOtherOptions } from '../nn/schedules/refuse-other-options.js';
import { type ConfigOf, fillVariant } from '../nn/variant.js';
import { checkFusion } from './check-fusion.js';
import { checkOptimizer } from './check-optimizer.js';

const STOP_METRICS = [
  'VALIDATION_LOSS',
  'MICRO_F1',
  'MACRO_F1',
  'SAMPLES_F1',
  'MEAN_AVERAGE_PRECISION',
] as const;
export type StopMetric = (typeof STOP_METRICS)[number];

export interface EarlyStoppingConfig {
  readonly metric: StopMetric;
  readonly patience: number;
}

/** How predictions are cut; fitted on validation after training (metrics/fit-thresholds). */
const THRESHOLDS = {
  FIXED: { options: { value: number({ min: 0, max: 1 }, 0.5) } },
  GLOBAL: { options: {} },
  PER_LABEL: { options: {} },
  CROSS_VALIDATED: { options: {} },
  CARDINALITY: { options: {} },
} as const;
export type ThresholdsConfig = ConfigOf<typeof THRESHOLDS>;

/** Every setting of a run, nothing left to a default: with seed, data and encoder, enough to repeat it. */
export interface RunConfig {
  readonly head: HeadConfig;
  readonly fusion: FusionConfig;
  readonly loss: LossConfig;
  readonly optimizer: OptimizerConfig;
  /** The α of mixup; 0: none. */
  readonly mixup: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** null: all epochs are run, and the best in mAP is kept. */
  readonly earlyStopping: EarlyStoppingConfig | null;
  readonly thresholds: ThresholdsConfig;
  readonly deterministic: boolean;
}

const MIXUP = number({ min: 0, max: 10 }, 0);
const EPOCHS = integer(1, 10_000, 30);
const BATCH_SIZE = integer(1, 65_536, 256);
const DETERMINISTIC = boolean(false);
const METRIC = oneOf(STOP_METRICS, 'MEAN_AVERAGE_PRECISION');
const PATIENCE = integer(1, 10_000, 5);

type Loose = Readonly<Record<string, unknown>>;

/**
 * Fills every default of schema.graphql's RunConfigInput and checks every value; throws BAD_USER_INPUT naming
 * option, value and range. What it returns it accepts again, unchanged.
 */
export function fillRunConfig(given: unknown = {}): RunConfig {
  return settleRunConfig(fillSettings(given));
}

/**
 * The configuration of a run that was accepted before, as the database has it. Options that came later have their defaults, and
 * those of an optimizer's other schedules, which earlier versions took, are left as they are: without effect, but part of what
 * the run's manifest was made from.
 */
export function readRunConfig(stored: unknown): RunConfig {
  return settleRunConfig(readSettings(stored));
}

/** Settings without effect where the head is not trained. */
export const TRAINING_ONLY: readonly (keyof RunConfig)[] = [
  'optimizer',
  'mixup',
  'epochs',
  'batchSize',
  'earlyStopping',
];

/**
 * What settings mean together. A head that is not trained makes one pass, so that whatever is for training only is set to what
 * it then is: runs that differ in nothing else are the same. With LBFGS every penalty is an epoch, and a batch is all samples.
 * @throws BAD_USER_INPUT for a head that the fusion is not for, and for LBFGS where it is not for the rest
 */
export function settleRunConfig(config: RunConfig): RunConfig {
  checkFusion(config.head, config.fusion);
  if (!isUntrained(config.head)) {
    checkOptimizer(config);
    if (config.optimizer.kind !== 'LBFGS') return config;
    const { batchSize } = fillSettings({});
    return { ...config, epochs: config.optimizer.penalties.length, batchSize };
  }
  const onePass: RunConfig = { ...fillSettings({}), epochs: 1, earlyStopping: null };
  return { ...config, ...Object.fromEntries(TRAINING_ONLY.map((name) => [name, onePass[name]])) };
}

/** As `fillRunConfig`, but every setting for itself: head and fusion may not go together. */
export function fillSettings(given: unknown): RunConfig {
  const settings = readSettings(given);
  const { optimizer } = settings;
  if (optimizer.kind !== 'LBFGS') refuseOtherOptions(optimizer.schedule, optimizer, 'optimizer');
  return settings;
}

/** As `readRunConfig`, but every setting for itself. */
export function readSettings(given: unknown): RunConfig {
  const input = asObject(given, 'config', [
    'head',
    'fusion',
    'loss',
    'optimizer',
    'mixup',
    'epochs',
    'batchSize',
    'earlyStopping',
    'thresholds',
    'deterministic',
  ]);
  return {
    head: fillVariant('head', HEADS, input.head, 'MLP'),
    fusion: fillVariant('fusion', FUSIONS, input.fusion, 'CONCAT'),
    loss: fillVariant('loss', LOSSES, input.loss, 'BCE'),
    optimizer: fillVariant('optimizer', OPTIMIZERS, input.optimizer, 'ADAMW'),
    mixup: readOption(MIXUP, input.mixup, 'mixup'),
    epochs: readOption(EPOCHS, input.epochs, 'epochs'),
    batchSize: readOption(BATCH_SIZE, input.batchSize, 'batchSize'),
    earlyStopping: fillEarlyStopping(input.earlyStopping),
    thresholds: fillVariant('thresholds', THRESHOLDS, input.thresholds, 'PER_LABEL'),
    deterministic: readOption(DETERMINISTIC, input.deterministic, 'deterministic'),
  };
}

/** Here alone null does not mean "left out": it asks for all epochs. */
function fillEarlyStopping(given: unknown): EarlyStoppingConfig | null {
  if (given === null) return null;
  const input = asObject(given ?? {}, 'earlyStopping', ['metric', 'patience']);
  return {
    metric: readOption(METRIC, input.metric, 'earlyStopping.metric'),
    patience: readOption(PATIENCE, input.patience, 'earlyStopping.patience'),
  };
}

function asObject(given: unknown, name: string, keys: readonly string[]): Loose {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw badInput('an object', name, given);
  }
  for (const key of Object.keys(given)) {
    if (!keys.includes(key)) throw badInput(`one of ${keys.join(', ')}`, name, key);
  }
  return given as Loose;
}
