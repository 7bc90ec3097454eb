import { badUserInput } from '../errors/bad-user-input.js';
import { ClipwrightError } from '../errors/clipwright-error.js';
import type { Rng } from '../ml/data/rng.js';
import { badInput, oneOf, readOption } from '../ml/nn/options.js';
import { fillSettings, type RunConfig } from '../ml/train/run-config.js';
import type { Axes } from './experiment-axes.js';

type Part = 'head' | 'fusion' | 'loss' | 'optimizer';

interface RangeOptionPlace {
  /** null: the option is of the run itself */
  readonly part: Part | null;
  readonly option: string;
  readonly whole: boolean;
}

const of = (part: Part | null, option: string): RangeOptionPlace => ({
  part,
  option,
  whole: false,
});
const wholeOf = (part: Part | null, option: string): RangeOptionPlace => ({
  part,
  option,
  whole: true,
});

/** Every numeric option that a search can draw from a range, by its name in the API. */
export const RANGE_OPTIONS = {
  LEARNING_RATE: of('optimizer', 'learningRate'),
  WEIGHT_DECAY: of('optimizer', 'weightDecay'),
  MOMENTUM: of('optimizer', 'momentum'),
  CLIP_NORM: of('optimizer', 'clipNorm'),
  AVERAGE_DECAY: of('optimizer', 'averageDecay'),
  WARMUP_EPOCHS: of('optimizer', 'warmupEpochs'),
  DROPOUT: of('head', 'dropout'),
  DEPTH: wholeOf('head', 'depth'),
  TOKENS: wholeOf('head', 'tokens'),
  COUPLING: wholeOf('head', 'coupling'),
  SCALE: of('head', 'scale'),
  OFFSET: of('head', 'offset'),
  NEIGHBOURS: wholeOf('head', 'neighbours'),
  SHARPNESS: of('head', 'sharpness'),
  CACHE_WEIGHT: of('head', 'cacheWeight'),
  RESIDUAL_RATIO: of('head', 'residualRatio'),
  MODALITY_DROPOUT: of('fusion', 'modalityDropout'),
  FUSION_WIDTH: wholeOf('fusion', 'width'),
  FUSION_RANK: wholeOf('fusion', 'rank'),
  FUSION_FACTORS: wholeOf('fusion', 'factors'),
  LABEL_SMOOTHING: of('loss', 'labelSmoothing'),
  ALPHA: of('loss', 'alpha'),
  BETA: of('loss', 'beta'),
  GAMMA: of('loss', 'gamma'),
  GAMMA_POSITIVE: of('loss', 'gammaPositive'),
  GAMMA_NEGATIVE: of('loss', 'gammaNegative'),
  MARGIN: of('loss', 'margin'),
  MIXUP: of(null, 'mixup'),
  BATCH_SIZE: wholeOf(null, 'batchSize'),
} as const satisfies Record<string, RangeOptionPlace>;
export type RangeOption = keyof typeof RANGE_OPTIONS;

/** The axis of each part. */
const AXIS_OF = {
  head: 'heads',
  fusion: 'fusions',
  loss: 'losses',
  optimizer: 'optimizers',
} as const;

const OPTION = oneOf(Object.keys(RANGE_OPTIONS) as RangeOption[], 'LEARNING_RATE');
const SCALE = oneOf(['LINEAR', 'LOG'], 'LINEAR');

/** LOG: the logarithm is uniform. */
export interface SearchRange {
  readonly option: RangeOption;
  readonly low: number;
  readonly high: number;
  readonly scale: 'LINEAR' | 'LOG';
}

/** As a client gives it: LINEAR when left out. */
export interface SearchRangeInput extends Omit<SearchRange, 'scale'> {
  readonly scale?: SearchRange['scale'] | null | undefined;
}

/** @throws BAD_USER_INPUT for a range that is none, or an option that a value of its axis does not have */
export function fillRanges(
  given: readonly SearchRangeInput[],
  base: RunConfig,
  axes: Axes,
): SearchRange[] {
  const seen = new Set<RangeOption>();
  return given.map((range, i) => {
    const name = `search.ranges[${i}]`;
    const option = readOption(OPTION, range.option, `${name}.option`);
    const scale = readOption(SCALE, range.scale, `${name}.scale`);
    const { low, high } = range;
    if (seen.has(option)) throw badUserInput(`expected one range of ${option} but received two`);
    seen.add(option);
    const least = scale === 'LOG' ? 'a number above 0' : 'a number';
    if (!Number.isFinite(low) || (scale === 'LOG' && low <= 0)) {
      throw badInput(least, `${name}.low`, low);
    }
    if (!Number.isFinite(high) || high <= low) {
      throw badInput(`a number above low, ${low},`, `${name}.high`, high);
    }
    const filled = { option, low, high, scale };
    checkRange(filled, name, base, axes);
    return filled;
  });
}

/** Both ends are values of the option, for every value of its axis: what lies between them is too. */
function checkRange(range: SearchRange, name: string, base: RunConfig, axes: Axes): void {
  const { part, option } = RANGE_OPTIONS[range.option];
  for (const value of part ? axes[AXIS_OF[part]] : [null]) {
    if (part && !Object.hasOwn(value!, option)) {
      throw badUserInput(
        `expected an option of every value of \`${AXIS_OF[part]}\` for \`${name}.option\` but received ` +
          `${range.option}, which ${value!.kind} does not have`,
      );
    }
    for (const end of [range.low, range.high]) {
      const config = part ? { ...base, [part]: value } : base;
      try {
        fillSettings(withOption(config, range.option, end));
      } catch (error) {
        if (!(error instanceof ClipwrightError)) throw error;
        throw badUserInput(`\`${name}\`: ${error.message}`);
      }
    }
  }
}

/** The configuration with another value of the option. */
export function withOption(config: RunConfig, name: RangeOption, value: number): RunConfig {
  const { part, option } = RANGE_OPTIONS[name];
  if (!part) return { ...config, [option]: value };
  return { ...config, [part]: { ...config[part], [option]: value } } as RunConfig;
}

/** A value of the range, of four digits: what lies between two of them makes no difference, and they can be read. */
export function drawFromRange({ option, low, high, scale }: SearchRange, rng: Rng): number {
  const share = rng.uniform();
  const drawn =
    scale === 'LOG'
      ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
      : low + share * (high - low);
  if (RANGE_OPTIONS[option].whole) return Math.round(drawn);
  return Math.min(high, Math.max(low, Number(drawn.toPrecision(4))));
}
