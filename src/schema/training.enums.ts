import { registerEnumType } from 'type-graphql';

export const HeadKind = { LINEAR: 'LINEAR', MLP: 'MLP' } as const;
export type HeadKind = keyof typeof HeadKind;
registerEnumType(HeadKind, { name: 'HeadKind' });

export const Activation = { GELU: 'GELU', RELU: 'RELU', SILU: 'SILU' } as const;
export type Activation = keyof typeof Activation;
registerEnumType(Activation, { name: 'Activation' });

export const FusionKind = {
  IMAGE_ONLY: 'IMAGE_ONLY',
  TEXT_ONLY: 'TEXT_ONLY',
  CONCAT: 'CONCAT',
  SUM: 'SUM',
  MEAN: 'MEAN',
  MAX: 'MAX',
  WEIGHTED_SUM: 'WEIGHTED_SUM',
  HADAMARD: 'HADAMARD',
  INTERACTION: 'INTERACTION',
  GATED: 'GATED',
  FILM: 'FILM',
  MLB: 'MLB',
  MFB: 'MFB',
  MUTAN: 'MUTAN',
  CROSS_ATTENTION: 'CROSS_ATTENTION',
  LATE: 'LATE',
} as const;
export type FusionKind = keyof typeof FusionKind;
registerEnumType(FusionKind, { name: 'FusionKind' });

export const LossKind = { BCE: 'BCE', ASYMMETRIC: 'ASYMMETRIC' } as const;
export type LossKind = keyof typeof LossKind;
registerEnumType(LossKind, { name: 'LossKind' });

export const OptimizerKind = { ADAMW: 'ADAMW' } as const;
export type OptimizerKind = keyof typeof OptimizerKind;
registerEnumType(OptimizerKind, { name: 'OptimizerKind' });

export const Schedule = { CONSTANT: 'CONSTANT', WARMUP_COSINE: 'WARMUP_COSINE' } as const;
export type Schedule = keyof typeof Schedule;
registerEnumType(Schedule, { name: 'Schedule' });

export const StopMetric = {
  VALIDATION_LOSS: 'VALIDATION_LOSS',
  MICRO_F1: 'MICRO_F1',
  MACRO_F1: 'MACRO_F1',
  SAMPLES_F1: 'SAMPLES_F1',
  MEAN_AVERAGE_PRECISION: 'MEAN_AVERAGE_PRECISION',
} as const;
export type StopMetric = keyof typeof StopMetric;
registerEnumType(StopMetric, { name: 'StopMetric' });

export const ThresholdKind = { FIXED: 'FIXED', GLOBAL: 'GLOBAL', PER_LABEL: 'PER_LABEL' } as const;
export type ThresholdKind = keyof typeof ThresholdKind;
registerEnumType(ThresholdKind, { name: 'ThresholdKind' });
