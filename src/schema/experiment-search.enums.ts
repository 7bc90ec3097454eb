import { registerEnumType } from 'type-graphql';

export const SearchKind = { GRID: 'GRID', RANDOM: 'RANDOM', HALVING: 'HALVING' } as const;
export type SearchKind = keyof typeof SearchKind;
registerEnumType(SearchKind, {
  name: 'SearchKind',
  description:
    'GRID: every combination of the axes is a cell. RANDOM: cells are drawn from axes and ranges. HALVING: drawn likewise, ' +
    'the best of them are trained for longer, and of those the best again (asynchronous successive halving).',
});

export const RangeScale = { LINEAR: 'LINEAR', LOG: 'LOG' } as const;
export type RangeScale = keyof typeof RangeScale;
registerEnumType(RangeScale, { name: 'RangeScale' });

export const RangeOption = {
  LEARNING_RATE: 'LEARNING_RATE',
  WEIGHT_DECAY: 'WEIGHT_DECAY',
  MOMENTUM: 'MOMENTUM',
  CLIP_NORM: 'CLIP_NORM',
  AVERAGE_DECAY: 'AVERAGE_DECAY',
  WARMUP_EPOCHS: 'WARMUP_EPOCHS',
  DROPOUT: 'DROPOUT',
  DEPTH: 'DEPTH',
  TOKENS: 'TOKENS',
  COUPLING: 'COUPLING',
  SCALE: 'SCALE',
  OFFSET: 'OFFSET',
  NEIGHBOURS: 'NEIGHBOURS',
  SHARPNESS: 'SHARPNESS',
  CACHE_WEIGHT: 'CACHE_WEIGHT',
  RESIDUAL_RATIO: 'RESIDUAL_RATIO',
  MODALITY_DROPOUT: 'MODALITY_DROPOUT',
  FUSION_WIDTH: 'FUSION_WIDTH',
  FUSION_RANK: 'FUSION_RANK',
  FUSION_FACTORS: 'FUSION_FACTORS',
  LABEL_SMOOTHING: 'LABEL_SMOOTHING',
  ALPHA: 'ALPHA',
  BETA: 'BETA',
  GAMMA: 'GAMMA',
  GAMMA_POSITIVE: 'GAMMA_POSITIVE',
  GAMMA_NEGATIVE: 'GAMMA_NEGATIVE',
  MARGIN: 'MARGIN',
  MIXUP: 'MIXUP',
  BATCH_SIZE: 'BATCH_SIZE',
} as const;
export type RangeOption = keyof typeof RangeOption;
registerEnumType(RangeOption, {
  name: 'RangeOption',
  description:
    'Options of the optimizer (LEARNING_RATE to WARMUP_EPOCHS), the head (DROPOUT to RESIDUAL_RATIO), the fusion ' +
    '(MODALITY_DROPOUT to FUSION_FACTORS), the loss (LABEL_SMOOTHING to MARGIN) and the run.',
});
