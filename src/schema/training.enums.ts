import { registerEnumType } from 'type-graphql';

export const HeadKind = {
  LINEAR: 'LINEAR',
  MLP: 'MLP',
  ADAPTER: 'ADAPTER',
  COSINE: 'COSINE',
  TEXT_BLENDED: 'TEXT_BLENDED',
  GMLP: 'GMLP',
  MIXER: 'MIXER',
  TRANSFORMER: 'TRANSFORMER',
  LABEL_QUERY: 'LABEL_QUERY',
  TOKEN_QUERY: 'TOKEN_QUERY',
  ZERO_SHOT: 'ZERO_SHOT',
  KNN: 'KNN',
  TIP_ADAPTER: 'TIP_ADAPTER',
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
    TEXT_BLENDED: {
      description:
        'One logistic regression per label, blended by a learned share with the label’s text (LP++, arXiv 2404.02285). With ' +
        'the fusions IMAGE_ONLY, TEXT_ONLY, SUM, MEAN, MAX, WEIGHTED_SUM, LATE.',
    },
    GMLP: { description: 'gMLP over tokens (arXiv 2105.08050).' },
    MIXER: { description: 'MLP-Mixer over tokens (arXiv 2105.01601).' },
    TRANSFORMER: { description: 'A pre-norm Transformer encoder over [CLS] and tokens.' },
    LABEL_QUERY: {
      description:
        'Queries of labels attend to tokens (Query2Label, arXiv 2107.10834; with groups ML-Decoder, ' +
        'arXiv 2111.12933).',
    },
    TOKEN_QUERY: {
      description:
        'LABEL_QUERY over the encoder’s own tokens, patches and words, which are embedded for it where they are not there. With ' +
        'the fusions IMAGE_ONLY, TEXT_ONLY, CONCAT, and encoders that have `tokens` of these.',
    },
    ZERO_SHOT: {
      description:
        'The cosine to the label’s text; nothing is trained. With the fusions IMAGE_ONLY, TEXT_ONLY, SUM, MEAN, MAX.',
    },
    KNN: {
      description:
        'The most similar training samples vote; nothing is trained. With the fusions of ZERO_SHOT, CONCAT and INTERACTION.',
    },
    TIP_ADAPTER: {
      description:
        'ZERO_SHOT, and the similarity to the training samples of each label (Tip-Adapter, arXiv 2111.03930); nothing is ' +
        'trained. With the fusions of ZERO_SHOT.',
    },
  },
});

export const PrototypeStart = { RANDOM: 'RANDOM', LABEL_TEXTS: 'LABEL_TEXTS' } as const;
export type PrototypeStart = keyof typeof PrototypeStart;
registerEnumType(PrototypeStart, {
  name: 'PrototypeStart',
  valuesConfig: {
    LABEL_TEXTS: {
      description:
        'As the encoder embeds the labels’ texts: with the fusions IMAGE_ONLY, TEXT_ONLY, SUM, MEAN, MAX, WEIGHTED_SUM, LATE.',
    },
  },
});

export const QuerySource = { LEARNED: 'LEARNED', LABEL_TEXTS: 'LABEL_TEXTS' } as const;
export type QuerySource = keyof typeof QuerySource;
registerEnumType(QuerySource, {
  name: 'QuerySource',
  valuesConfig: {
    LABEL_TEXTS: {
      description: 'One query for each label, a linear layer on its text’s embedding.',
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

export const LossKind = {
  BCE: 'BCE',
  ASYMMETRIC: 'ASYMMETRIC',
  FOCAL: 'FOCAL',
  DISTRIBUTION_BALANCED: 'DISTRIBUTION_BALANCED',
  HILL: 'HILL',
  ZLPR: 'ZLPR',
  LSEP: 'LSEP',
  TWO_WAY: 'TWO_WAY',
  SOFT_F1: 'SOFT_F1',
  PARTIAL_BCE: 'PARTIAL_BCE',
} as const;
export type LossKind = keyof typeof LossKind;
registerEnumType(LossKind, {
  name: 'LossKind',
  valuesConfig: {
    BCE: { description: 'Binary cross-entropy.' },
    ASYMMETRIC: {
      description: 'ASL: easy negatives count little. Its probabilities are not calibrated.',
    },
    FOCAL: {
      description:
        'What is easy, positive or negative, counts little. Its probabilities are not calibrated.',
    },
    DISTRIBUTION_BALANCED: {
      description: 'For labels of very different frequency that occur together.',
    },
    HILL: {
      description:
        'For data in which labels are missing: negatives that look like positives count little.',
    },
    ZLPR: {
      description:
        'Of a sample: positives above a logit of 0, negatives below, the worst first. For FIXED 0.5.',
    },
    LSEP: {
      description:
        'Of a sample: positives above negatives (Li et al. 2017). It learns the order of the labels within a sample only, not ' +
        'probabilities: scores of one sample say nothing beside those of another, so thresholds, which are the same for all ' +
        'samples, and mean average precision, which ranks samples, suffer. TOP_K threshold sets fit it. Of one label alone ' +
        'it learns nothing.',
    },
    TWO_WAY: {
      description:
        'Of a batch: positives above negatives among the labels of a sample and among the samples of a label. It ' +
        'learns order, not probabilities.',
    },
    SOFT_F1: {
      description:
        '1 − F1 of a batch, with probabilities in place of decisions (sigmoidF1); better the larger the batch.',
    },
    PARTIAL_BCE: {
      description:
        'BCE of the labels that are known of a sample, which weighs the more the fewer they are (Durand et al. 2019). Every ' +
        'loss leaves out unknown labels; with this one samples of which little is known do not count for little.',
    },
  },
});

export const LossAverage = { MACRO: 'MACRO', MICRO: 'MICRO' } as const;
export type LossAverage = keyof typeof LossAverage;
registerEnumType(LossAverage, { name: 'LossAverage' });

export const OptimizerKind = {
  ADAMW: 'ADAMW',
  SGD: 'SGD',
  ADAM: 'ADAM',
  LION: 'LION',
  LBFGS: 'LBFGS',
} as const;
export type OptimizerKind = keyof typeof OptimizerKind;
registerEnumType(OptimizerKind, {
  name: 'OptimizerKind',
  valuesConfig: {
    LBFGS: {
      description:
        'No steps on batches but a fit to the end, for one L2 penalty after the other: logistic regression, one for each ' +
        'label, on a LINEAR head with BCE and a fusion without parameters. Every penalty is an epoch of the run; the one that ' +
        'is best on VALIDATION is kept.',
    },
  },
});

export const Schedule = {
  CONSTANT: 'CONSTANT',
  WARMUP_COSINE: 'WARMUP_COSINE',
  STEP: 'STEP',
  ONE_CYCLE: 'ONE_CYCLE',
} as const;
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

export const ThresholdKind = {
  FIXED: 'FIXED',
  GLOBAL: 'GLOBAL',
  PER_LABEL: 'PER_LABEL',
  CROSS_VALIDATED: 'CROSS_VALIDATED',
  CARDINALITY: 'CARDINALITY',
} as const;
export type ThresholdKind = keyof typeof ThresholdKind;
registerEnumType(ThresholdKind, {
  name: 'ThresholdKind',
  description:
    'TOP_K is for threshold sets only: a run is evaluated, compared and searched for errors by one threshold for each label, and ' +
    'the k highest scores of a sample are no such cut.',
});
