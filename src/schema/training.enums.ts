import { registerEnumType } from 'type-graphql';

export const HeadKind = {
  LINEAR: 'LINEAR',
  MLP: 'MLP',
  ADAPTER: 'ADAPTER',
  COSINE: 'COSINE',
  GMLP: 'GMLP',
  MIXER: 'MIXER',
  TRANSFORMER: 'TRANSFORMER',
  LABEL_QUERY: 'LABEL_QUERY',
} as const;
export type HeadKind = keyof typeof HeadKind;
registerEnumType(HeadKind, {
  name: 'HeadKind',
  valuesConfig: {
    LINEAR: { description: 'One logistic regression per label.' },
    MLP: { description: 'Hidden layers, then a linear one.' },
    ADAPTER: {
      description:
        'A linear layer on features blended with an adapted copy (CLIP-Adapter, arXiv 2110.04544).',
    },
    COSINE: { description: 'The cosine to a learned prototype per label, with a learned scale.' },
    GMLP: { description: 'gMLP over tokens (arXiv 2105.08050).' },
    MIXER: { description: 'MLP-Mixer over tokens (arXiv 2105.01601).' },
    TRANSFORMER: { description: 'A pre-norm Transformer encoder over [CLS] and tokens.' },
    LABEL_QUERY: {
      description:
        'Learned queries of labels attend to tokens (Query2Label, arXiv 2107.10834; with groups ML-Decoder, ' +
        'arXiv 2111.12933).',
    },
  },
});

export const Activation = { GELU: 'GELU', RELU: 'RELU', SILU: 'SILU' } as const;
export type Activation = keyof typeof Activation;
registerEnumType(Activation, { name: 'Activation' });

export const FusionKind = {
  IMAGE_ONLY: 'IMAGE_ONLY',
  TEXT_ONLY: 'TEXT_ONLY',
  CONCAT: 'CONCAT',
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
